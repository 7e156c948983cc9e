"""Without the “р.” after the year, which would meet the full stop of a sentence."""

DATE_FORMAT = "j E Y"
DATETIME_FORMAT = "j E Y, H:i"
