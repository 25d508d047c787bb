-- Each row is one row of the portal's log as it was written, read into types, with what is wrong with it.
CREATE OR REPLACE TABLE portal__rows AS
WITH read AS (
    SELECT
        TRY_CAST(written_text(bekymringsmeldingId) AS UUID) AS message_id,
        TRY_CAST(written_text(bydelRessursId) AS UUID) AS recipient_id,
        written_text(fiksOrgId) AS org_id,
        written_text(innsendt) AS sent_text,
        read_utc(innsendt) AS sent_utc,
        read_utc_later(innsendt) AS sent_later_utc,
        CASE upper(coalesce(trim(skjemaType), '')) WHEN 'PRIVAT' THEN 'private' WHEN 'OFFENTLIG' THEN 'public' ELSE 'unknown' END AS form_type,
        upper(coalesce(trim(kanal), '')) AS channel,
        read_utc(bekreftet) AS acknowledged_utc,
        written_text(bekreftet) IS NOT NULL AND read_utc(bekreftet) IS NULL AS acknowledgement_unreadable,
        lower(coalesce(trim(fraFagsystem), '')) IN ('true', '1', 'ja') AS from_case_system,
        source_file,
        source_row,
        concat_ws('|', trim(bekymringsmeldingId), trim(fiksOrgId), trim(bydelRessursId), trim(innsendt), trim(bydelsnavn),
                  trim(fraFagsystem), trim(skjemaType), trim(kanal), coalesce(trim(bekreftet), '')) AS content
    FROM portal__csv
)
SELECT
    *,
    CASE WHEN message_id IS NULL THEN 'INVALID_ID'
         WHEN sent_utc IS NULL THEN 'INVALID_SENT_TIME'
         WHEN recipient_id IS NULL THEN 'INVALID_RECIPIENT'
         WHEN acknowledgement_unreadable THEN 'INVALID_ACKNOWLEDGEMENT'
         WHEN channel IN ('FIKS_IO', 'SVARINN', 'MANUELL_MOTTAK', 'PRINT') THEN NULL
         ELSE 'UNKNOWN_CHANNEL' END AS problem
FROM read;
