"""The table of evidence beyond names: what each finding adds to the log-odds, for review in one place.

A row is a code, its log-odds and why it is of that size. As a guide, +0.7 doubles the odds, +2.3 makes them ten times and
+4.6 a hundred times as high. Sizes stay far below what counting chance agreements would give, since lists err, people
lend numbers and move, and the same slip is made twice. What is not stated on both sides has no row: it says nothing.
"""

from __future__ import annotations

LOGITS: dict[str, float] = {
    # Dates of birth. Ages of customers cluster, so that one day in common tells about 1 in 10,000, a year about 1 in 40.
    "birth.same": 2.5,
    "birth.new_year": 1.6,      # both 1 January: how registries write "day not known", so hardly more than the year
    "birth.month": 1.8,
    "birth.swapped": 1.8,       # 4 May and 5 April: the commonest slip of entry
    "birth.year": 1.2,
    "birth.slip": 0.8,          # one digit, or two neighbours changed over; siblings and twins of entry look like this too
    "birth.range": 0.6,         # a listed range or "circa" covers many years
    "birth.near": 0.0,          # years on lists are often off by one
    "birth.far": -1.5,
    "birth.other": -4.0,        # brings an equal name to even odds
    # Places of birth. One town has many districts and spellings, and lists give now the village, now the province.
    "birth_place.same": 1.0,
    "birth_place.near": 0.4,    # a part in common: the province, or the larger town
    "birth_place.country": 0.2,
    "birth_place.other": -0.3,  # another town of the same country, or the country is not known
    "birth_place.abroad": -0.8,  # another town in another country
    # Countries. Ties are many and lists incomplete.
    "country.shared": 0.4,
    "country.other": -0.8,
    # Gender. Agreement is one chance in two, and says nothing; lists rarely err.
    "gender.other": -2.5,
    # Documents and registrations.
    "identifier.same": 6.0,       # near-proof
    "identifier.other_kind": 4.0,  # equal, but a passport on one side and, say, a tax number on the other
    "identifier.short": 2.0,      # three or four letters or digits, of the same stated kind (call signs, serials)
    "identifier.slip": 1.5,       # one character off; relatives and fleets have neighbouring numbers
    "identifier.unequal": -2.5,   # two sound IMO numbers or LEIs: a hull or a firm has one
    # Ways to reach someone. Mailboxes and lines are shared and given on.
    "email.same": 4.5,
    "email.domain": 0.5,          # an own domain, never one of a mail provider
    "phone.same": 3.0,            # the last nine digits
    "phone.short": 1.0,           # seven or eight digits, without the country or area
    "website.same": 3.0,
    "website.domain": 1.0,        # one domain, other hosts under it
    "handle.same": 1.5,           # names of accounts are taken by others on another service
    "wallet.same": 6.0,           # nobody else can use it
    # Addresses only ever speak for, and little: houses have many tenants, people move.
    "address.same": 1.2,
    "address.city": 0.2,
}

# Log-odds of a hit on which no name was asked: an equal number finds its bearer alone. What is not here supports names only.
ALONE: dict[str, float] = {
    "identifier.same": 3.0,        # 0.95
    "wallet.same": 3.0,
    "identifier.other_kind": 2.0,  # 0.88
    "email.same": 2.0,
    "phone.same": 1.0,             # 0.73: to be looked at
    "website.same": 1.0,
    "handle.same": 1.0,
}
# The same when the names asked are quite others: still for a person to see.
DESPITE: dict[str, float] = {"identifier.same": 1.0, "wallet.same": 1.0, "email.same": 1.0}

NEAR_YEARS, FAR_YEARS = 1, 4   # how far years of birth may be apart to be "near" and "far"
CIRCA_YEARS = 3                # how far "approximately" reaches on either side
LEAST_NUMBER = 5               # characters of a number that tells by itself
LEAST_SHORT = 3                # the same when both sides state one kind
LEAST_SLIP = 7                 # characters of a number in which a slip is looked for
PHONE_DIGITS, PHONE_SHORT = 9, 7
LEAST_WALLET = 20
