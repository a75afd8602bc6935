"""Reading of rosters (花名册) as offices keep them: pure, without database or clock.

``book`` opens a workbook safely, ``layout`` guesses where what stands,
``reader`` keeps only the allow-listed columns, ``values`` and ``dates``
bring cells into one form, ``people`` makes entries and problems of them.
"""
