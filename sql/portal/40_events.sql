-- Each row is one event of a message's history in the portal; the free text of the event is not kept.
CREATE OR REPLACE TABLE portal__events AS
SELECT DISTINCT
    TRY_CAST(written_text(bekymringsmeldingId) AS UUID) AS message_id,
    read_utc(tidspunkt) AS at_utc,
    written_text(meldingstype) AS event_type,
    upper(trim(state)) AS state,
    written_text(fiksIoKonto) AS account,
    written_text(beskrivelse) IS NOT NULL AS description_present
FROM portal__history_csv
WHERE TRY_CAST(written_text(bekymringsmeldingId) AS UUID) IS NOT NULL
ORDER BY ALL;
