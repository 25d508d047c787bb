-- Each row is a roster entry whose count of losses time matching leaves open: surplus registrations may hide losses, swaps may undo one, a clock that is not identified may be behind, groups may reach into another entry.
CREATE OR REPLACE TABLE reconcile__ambiguity AS
WITH surplus_entries AS (SELECT entry_id, count(*) AS extras FROM (SELECT unnest(entries) AS entry_id FROM reconcile__surplus) GROUP BY entry_id),
lost AS (
    SELECT opened.message_no, message.entry_id, opened.group_key, opened.source, opened.reference_ms
    FROM reconcile__missing AS missing
    JOIN reconcile__opened AS opened ON opened.message_no = missing.message_no
    JOIN reconcile__messages AS message ON message.message_no = missing.message_no
    WHERE missing.cause = 'lost'
),
receipts AS (
    SELECT pair.row_no, message.entry_id, pair.group_key, pair.received_ms
    FROM reconcile__pairs AS pair
    JOIN reconcile__messages AS message ON message.message_no = pair.message_no
    WHERE NOT pair.superseded
),
shadowed AS (
    SELECT receipts.entry_id, count(DISTINCT receipts.row_no) AS rows
    FROM receipts
    JOIN lost ON lost.group_key = receipts.group_key
     AND receipts.received_ms > lost.reference_ms AND receipts.received_ms <= lost.reference_ms + $deadline_ms
    GROUP BY receipts.entry_id
),
totals AS (SELECT entry_id, count(*) AS rows FROM receipts GROUP BY entry_id),
undoable AS (
    SELECT lost.entry_id, count(DISTINCT lost.message_no) AS losses
    FROM lost
    JOIN reconcile__pairs AS pair
      ON pair.group_key = lost.group_key AND NOT pair.superseded
     AND pair.received_ms > lost.reference_ms AND pair.received_ms <= lost.reference_ms + $deadline_ms
     AND pair.reference_ms > lost.reference_ms
    JOIN reconcile__surplus AS surplus
      ON surplus.source = lost.source AND list_contains(surplus.entries, lost.entry_id)
     AND surplus.received_ms > pair.reference_ms AND surplus.received_ms <= pair.reference_ms + $deadline_ms
    GROUP BY lost.entry_id
),
unsure AS (
    SELECT lost.entry_id, count(DISTINCT lost.message_no) AS losses
    FROM lost
    JOIN reconcile__surplus AS surplus
      ON surplus.source = lost.source AND list_contains(surplus.entries, lost.entry_id)
     AND surplus.received_ms <= lost.reference_ms AND surplus.received_ms > lost.reference_ms - 9000000
     AND NOT surplus.clock_identified
    GROUP BY lost.entry_id
),
spread AS (
    SELECT message.entry_id,
           count(DISTINCT grouped.component) FILTER (WHERE grouped.named_lost) AS own,
           count(DISTINCT grouped.component) FILTER (WHERE NOT grouped.named_lost) AS others
    FROM reconcile__groups AS grouped
    JOIN reconcile__messages AS message ON message.message_no = grouped.message_no
    WHERE grouped.component IN (
        SELECT inner_group.component FROM reconcile__groups AS inner_group
        JOIN reconcile__messages AS inner_message ON inner_message.message_no = inner_group.message_no
        GROUP BY inner_group.component HAVING count(DISTINCT inner_message.entry_id) > 1)
    GROUP BY message.entry_id
)
SELECT
    entry.entry_id,
    least(coalesce(undoable.losses, 0) + coalesce(unsure.losses, 0), coalesce(surplus_entries.extras, 0)) + coalesce(spread.own, 0) AS may_be_fewer,
    coalesce(spread.others, 0) AS may_be_more,
    coalesce(surplus_entries.extras, 0) AS extras,
    coalesce(surplus_entries.extras, 0)
        * coalesce(shadowed.rows, 0) / greatest(1, coalesce(totals.rows, 0) - coalesce(shadowed.rows, 0)) AS hidden_mean
FROM roster__entries AS entry
LEFT JOIN surplus_entries ON surplus_entries.entry_id = entry.entry_id
LEFT JOIN shadowed ON shadowed.entry_id = entry.entry_id
LEFT JOIN totals ON totals.entry_id = entry.entry_id
LEFT JOIN undoable ON undoable.entry_id = entry.entry_id
LEFT JOIN unsure ON unsure.entry_id = entry.entry_id
LEFT JOIN spread ON spread.entry_id = entry.entry_id
ORDER BY entry.entry_id;
