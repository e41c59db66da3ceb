"""Nobody exposed: codes in place of customers and of session ids that name them, and masks over what is told.

    key = load_key(Path("客户代号.key"))                   # 0600, made by `qa-audit config customer-key`
    sessions = named(session_rows(messages, tz), key)
    joined = published(joined, sessions)                # what may leave private/
    masked_text("a.csv: 时间是 13800138000")             # "a.csv: 时间是 138****8000"

docs/privacy.md says what is masked, what is not, and where the texts as exported lie. Nothing is imported here: an
error message needs `telling` alone, and quickly.
"""
