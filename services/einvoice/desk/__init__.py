"""The voucher desk of staff: the queue, a voucher's page, series and certificates, the report of a month."""
