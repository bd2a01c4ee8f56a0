"""What hostile people type."""

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "%(name)s %s %n",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "＜script＞alert(1)＜/script＞",
)

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE user_account; --",
    "1) UNION SELECT password_hash FROM user_account --",
    "%' ESCAPE '!",
    "\\",
    "%",
    "_",
    "\x00",
    "9" * 400,
    "-1",
    "\ud83d",
)

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:/\\evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%0d%0aLocation: https://evil.example\r\n",
    "\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "http://[",
    "evil.example",
    "",
)

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1")
