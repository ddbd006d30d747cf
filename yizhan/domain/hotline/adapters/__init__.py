"""The channels' own languages: mail, SMS, calls, microblog and WeChat, scans, the level above.

Everything here is turned into an `Incoming` and handed to the one door `actions.intake`. Nothing
in this folder writes a row.
"""
