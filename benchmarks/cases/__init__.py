"""Cases: what people say, what should come of it, and the stand-ins with which that is found out.

The schema stands in the head of each file of cases; `case_file` reads it, `stage` carries a case out, `judge` compares.
"""
