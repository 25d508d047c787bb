-- Each row is a roster entry whose count of losses time matching leaves open: repeated registrations may hide losses, exchanges may have spared one or may undo one, a clock that is not identified may be behind, a surplus row of the other kind may be a lost message's, groups may reach into another entry.
CREATE OR REPLACE TABLE reconcile__ambiguity AS
WITH surplus_entries AS (
    -- Where a clock changed its line once, it may have done so again in a stretch too short to show it: any loss may be there.
    SELECT entry_id, count(*) AS extras, count(*) FILTER (NOT clock_steady) AS unsteady
    FROM (SELECT unnest(entries) AS entry_id, clock_steady FROM reconcile__surplus) GROUP BY entry_id
),
lost AS (
    SELECT opened.message_no, message.entry_id, opened.group_key, opened.source, opened.reference_ms
    FROM reconcile__missing AS missing
    JOIN reconcile__opened AS opened ON opened.message_no = missing.message_no
    JOIN reconcile__messages AS message ON message.message_no = missing.message_no
    WHERE missing.cause = 'lost'
),
hiding AS (SELECT entry_id, sum(probability) AS losses FROM reconcile__hiding GROUP BY entry_id),
repaired AS (
    SELECT message.entry_id, count(*) AS losses
    FROM reconcile__repairs AS repair
    JOIN reconcile__messages AS message ON message.message_no = repair.lost_no
    GROUP BY message.entry_id
),
undoable AS (
    SELECT lost.entry_id, count(DISTINCT lost.message_no) AS losses
    FROM lost
    JOIN reconcile__settled_pairs AS pair
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
-- Where several follow at once, the systems disagree on kinds, and any surplus row may be the answer at the end of a chain.
of_the_other_kind AS (
    SELECT entry_id, CASE WHEN count(DISTINCT message_no) FILTER (WHERE delay_ms <= 900000) >= 2 THEN 1000000000
                          ELSE count(DISTINCT message_no) END AS losses
    FROM reconcile__other_kind GROUP BY entry_id
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
    least(coalesce(undoable.losses, 0) + coalesce(unsure.losses, 0) + coalesce(of_the_other_kind.losses, 0)
              + coalesce(surplus_entries.unsteady, 0),
          coalesce(surplus_entries.extras, 0)) + coalesce(spread.own, 0) AS may_be_fewer,
    coalesce(spread.others, 0) + coalesce(repaired.losses, 0) AS may_be_more,
    coalesce(surplus_entries.extras, 0) AS extras,
    coalesce(hiding.losses, 0) AS hidden_mean
FROM roster__entries AS entry
LEFT JOIN surplus_entries ON surplus_entries.entry_id = entry.entry_id
LEFT JOIN hiding ON hiding.entry_id = entry.entry_id
LEFT JOIN repaired ON repaired.entry_id = entry.entry_id
LEFT JOIN undoable ON undoable.entry_id = entry.entry_id
LEFT JOIN unsure ON unsure.entry_id = entry.entry_id
LEFT JOIN of_the_other_kind ON of_the_other_kind.entry_id = entry.entry_id
LEFT JOIN spread ON spread.entry_id = entry.entry_id
ORDER BY entry.entry_id;
