"""Words as people say them: days, amounts, items, whose deed it is. Pure: no database, no clock, no WeChat."""
