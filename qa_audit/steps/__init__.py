"""The work of one task, in whatever process: from paths and small values to files and small values.

    looking     a slice of messages → its sessions, its texts and their features, what agents answered at once
    marking     what the night says of that → messages with auto-replies marked, who held which session when
    judging     all of these and the rubric → segments, findings, rounds

A task may be done twice, by two processes even: it reads what no task of its own step writes, and what it writes takes
its place in one move.
"""
