"""What helps the author of a rubric or clock: lint, examples, chats to try, comparisons, merged files, workbooks."""
