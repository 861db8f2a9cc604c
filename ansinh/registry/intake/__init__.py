"""Intake (tiếp nhận tệp): files of insured people in, columns ready for the register and rejected rows out.

Pure: no Django, no database. ``sources`` opens a file, ``columns`` recognises its headings, ``checking`` judges rows
column by column, ``tables`` deals accepted rows out to the register's tables, ``rejects`` writes the others back.
"""
