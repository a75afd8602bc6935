"""Attendance and absence (考勤): who was expected, how everybody ended, and what may follow from it."""
