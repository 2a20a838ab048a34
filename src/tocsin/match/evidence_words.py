"""Words that tell nothing when two addresses have them in common: mail providers, shared hosts, kinds of places."""

from __future__ import annotations

# Domains that anybody may have an address under: one in common tells nothing.
MAIL_PROVIDERS = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "ymail.com", "rocketmail.com",
    "hotmail.com", "hotmail.fr", "outlook.com", "live.com", "msn.com", "aol.com", "icloud.com", "me.com", "mac.com",
    "mail.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "protonmail.com", "proton.me", "tutanota.com", "tuta.io",
    "zoho.com", "mail.ru", "list.ru", "bk.ru", "inbox.ru", "yandex.ru", "yandex.com", "ya.ru", "rambler.ru", "ukr.net",
    "qq.com", "163.com", "126.com", "sina.com", "rediffmail.com", "maktoob.com", "chmail.ir", "emirates.net.ae",
    "cyber.net.pk", "libero.it", "orange.fr", "wanadoo.fr", "free.fr", "t-online.de", "comcast.net", "hushmail.com",
})
# Hosts under which each account has its own page: what tells is the host and the first step of the path.
SHARED_HOSTS = frozenset({
    "facebook.com", "fb.com", "twitter.com", "x.com", "t.me", "telegram.me", "telegram.org", "instagram.com",
    "youtube.com", "vk.com", "ok.ru", "tiktok.com", "linkedin.com", "medium.com", "soundcloud.com", "archive.org",
    "justpaste.it", "wa.me", "github.com", "sites.google.com", "rumble.com",
})
# Hosts under which each account has its own name before the dot.
SHARED_DOMAINS = frozenset({
    "blogspot.com", "wordpress.com", "tumblr.com", "weebly.com", "wixsite.com", "livejournal.com", "github.io",
})
# Second labels under which names are given out in many countries (example.co.uk, example.com.pk).
SECOND_LABELS = frozenset({"co", "com", "org", "net", "gov", "gob", "edu", "ac", "mil", "or", "ne", "go"})
# What kind of place it is, and what stands before a number: in common it tells nothing.
GENERIC = frozenset({
    "the", "of", "in", "at", "near", "and", "al", "el", "a", "an", "de", "la", "du", "des", "town", "city", "village",
    "district", "province", "region", "governorate", "state", "county", "division", "tehsil", "tahsil", "area",
    "republic", "oblast", "rayon", "raion", "kray", "krai", "municipality", "department", "prefecture", "camp",
    "capital", "center", "centre", "north", "south", "east", "west", "northern", "southern", "eastern", "western",
    "street", "st", "road", "rd", "avenue", "ave", "av", "boulevard", "blvd", "lane", "alley", "square", "house", "no",
    "number", "num", "block", "building", "bldg", "floor", "fl", "flat", "apartment", "apt", "suite", "unit", "room",
    "office", "box", "po", "p", "o", "c", "s", "sector", "phase", "plot", "shop", "tower", "plaza", "calle", "carrera",
    "colonia", "col", "calz", "via", "rue", "strasse", "ulitsa", "ul",
})
