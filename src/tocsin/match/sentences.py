"""What reasons say, in English: one sentence a code, apart from the code that finds them so that it can be translated.

`{asked}` and `{listed}` are the two values compared, `{kind}` the list's word for a number.
"""

from __future__ import annotations

# What met what in two names, by which rule, and what did not.
NAMES: dict[str, str] = {
    "name.equal": "The name is the same as the listed '{listed}'.",
    "name.same": "'{asked}' is the same word as listed.",
    "name.same_as": "'{asked}' is the same word as the listed '{listed}'.",
    "name.same_number": "'{asked}' and the listed '{listed}' are the same number.",
    "name.spelling": "'{asked}' is taken for a spelling of '{listed}' ({alike} alike).",
    "name.family": "'{asked}' and '{listed}' are spellings of one name.",
    "name.word": "'{asked}' and '{listed}' are forms or translations of one word.",
    "name.nickname": "'{asked}' and '{listed}' are used for each other as short and full name.",
    "name.translated": "'{asked}' and '{listed}' are one name in two languages.",
    "name.cut": "'{asked}' is how '{listed}' begins; the long name may have been cut off.",
    "name.script": "'{asked}' is read as '{listed}' across scripts ({alike} alike).",
    "name.initial": "'{asked}' fits '{listed}' as an initial.",
    "name.initial_listed": "The listed initial '{listed}' fits '{asked}'.",
    "name.joined": "'{asked}' is '{listed}', written together or apart.",
    "name.shifted": "'{asked}' is '{listed}' with the space elsewhere.",
    "name.confused": "'{asked}' is spelt nearly as '{listed}', but the two are known to be different names.",
    "name.small": "Words that tell little are met too: '{asked}'.",
    "name.small_as": "Words that tell little are met too: '{asked}' as '{listed}'.",
    "name.vague": "'{asked}' meets '{listed}' only as it is read, as words of many names would.",
    "name.small_left": "Words that tell little stand on one side only: {words}.",
    "name.clash": "'{asked}' was asked where '{listed}' is listed: these do not meet.",
    "name.extra_query": "'{asked}' was asked and is not in the listed name.",
    "name.extra_listed": "'{listed}' is in the listed name and was not asked.",
    "name.number": "The numbers differ: '{asked}' asked, '{listed}' listed.",
    "name.number_query": "Only the name asked has a number: '{asked}'.",
    "name.number_listed": "Only the listed name has a number: '{listed}'.",
    "name.order": "The words stand in another order.",
    "name.father_son": "Father and son change places: another person's name.",
    "name.second_surname": "The name asked ends with the mother's surname of the listed person and leaves out the father's.",
    "name.initial_clash": "An initial that is left over stands for another name than is left over on the other side.",
    "name.head": "The first name of one side is left over.",
    "name.lone_slip": "No word that carries the comparison is spelt as it is listed.",
    "name.stem": "Two surnames have their ending in common and little before it.",
    "name.dropped": "A name is left over on one side that its bearers seldom leave out.",
    "name.vowels": "Two words are alike in their consonants only.",
    "name.loose": "A word is spelt otherwise, and one side has more names: the two leave each other room.",
    "name.common": "The names that met are borne by many, and one side is written without vowels.",
    "name.forms": "The legal forms differ: '{asked}' asked, '{listed}' listed.",
    "name.thin": "The comparison rests on one word.",
    "name.acronym": "'{asked}' is asked as what it stands for, '{listed}'; that reaches at most {most}.",
    "name.weak_alias": "The listed name '{listed}' is a weak alias: by itself it reaches at most {most}.",
    # Parts of the sum that no word made.
    "name.start": "Two names start from here before any word is looked at: most are not one subject's.",
    "name.highest": "Names that are not the same reach at most {most} by themselves.",
    "name.lowest": "Names are not told further apart than this.",
    "name.gate": "Too little of the two names meets for them to be compared further.",
    "score.equal": "The name is the same and nothing speaks against it: the score is 1.",
    "score.rest": "What is left of the sum.",
    "score.nothing": "Nothing meets: the score is 0.",
    "score.certain": "Support beyond {most} is not counted.",
    "score.alone": "No name met: a number or address finds its bearer with at most {most}.",
    "score.despite": "Whatever the names say, a subject with this number or address is shown.",
}

EVIDENCE: dict[str, str] = {
    "birth.same": "The date of birth is the same: {asked} asked, {listed} listed.",
    "birth.new_year": "The date of birth is the same, but 1 January often stands for a day not known: {asked} asked.",
    "birth.month": "The dates of birth agree in year and month: {asked} asked, {listed} listed.",
    "birth.swapped": "The dates of birth agree with day and month changed over: {asked} asked, {listed} listed.",
    "birth.year": "The dates of birth agree as far as both are known: {asked} asked, {listed} listed.",
    "birth.slip": "The dates of birth differ by one slip of the pen: {asked} asked, {listed} listed.",
    "birth.range": "The dates of birth agree within what is only roughly known: {asked} asked, {listed} listed.",
    "birth.near": "The dates of birth are close, which says nothing: {asked} asked, {listed} listed.",
    "birth.far": "The dates of birth differ by some years: {asked} asked, {listed} listed.",
    "birth.other": "The dates of birth contradict each other: {asked} asked, {listed} listed.",
    "birth_place.same": "The place of birth is the same: {asked} asked, {listed} listed.",
    "birth_place.near": "The places of birth have a part in common: {asked} asked, {listed} listed.",
    "birth_place.country": "The country of birth is the same: {asked} asked, {listed} listed.",
    "birth_place.other": "The places of birth differ: {asked} asked, {listed} listed.",
    "birth_place.abroad": "The places of birth are in different countries: {asked} asked, {listed} listed.",
    "country.shared": "{asked} is among the countries listed ({listed}).",
    "country.other": "No country asked ({asked}) is among those listed ({listed}).",
    "gender.other": "The gender differs: {asked} asked, {listed} listed.",
    "identifier.same": "The number {asked} is listed: {kind} {listed}.",
    "identifier.other_kind": "The number {asked} is listed, but as another kind of number: {kind} {listed}.",
    "identifier.short": "The short number {asked} is listed: {kind} {listed}.",
    "identifier.slip": "The number {asked} is one character off a listed one: {kind} {listed}.",
    "identifier.unequal": "The number {asked} is sound, and not the listed one: {kind} {listed}.",
    "email.same": "The e-mail address {asked} is listed.",
    "email.domain": "The e-mail address {asked} is under the same domain as the listed {listed}.",
    "phone.same": "The phone number {asked} is listed: {listed}.",
    "phone.short": (
        "The phone number {asked} agrees with the listed {listed} as far as both are given, without country or area."
    ),
    "website.same": "The website {asked} is listed: {listed}.",
    "website.domain": "The website {asked} is under the same domain as the listed {listed}.",
    "handle.same": "The account {asked} has the name of a listed one: {listed}.",
    "wallet.same": "The wallet {asked} is listed.",
    "address.same": "The address agrees with a listed one: {asked} asked, {listed} listed.",
    "address.city": "The address is in the town of a listed one: {asked} asked, {listed} listed.",
    "number.unsound": "The number {asked} cannot be compared with the listed {kind} {listed}.",
    # Added to another sentence about the number.
    "check.imo": "As the IMO number of a ship it fails its check digit.",
    "check.mmsi": "It has not the form of an MMSI.",
    "check.lei": "As an LEI it fails its check digits (ISO 17442).",
    "check.bic": "It has not the form of a BIC (ISO 9362).",
    "check.isin": "As an ISIN it fails its check digit (ISO 6166).",
}

# The kinds of numbers, where a list has no word of its own for one.
NUMBERS: dict[str, str] = {
    "passport": "passport", "national_id": "national identity number", "tax_id": "tax number",
    "registration": "registration number", "other_id": "number of another kind", "imo": "IMO number", "mmsi": "MMSI",
    "call_sign": "call sign", "lei": "LEI", "bic": "BIC", "isin": "ISIN", "aircraft_serial": "aircraft serial number",
    "tail_number": "tail number", "email": "e-mail address", "phone": "phone number", "website": "website",
    "handle": "account", "wallet": "wallet",
}

# How dates of birth are shown.
BIRTHS: dict[str, str] = {
    "one": "{first}", "about": "about {first}", "range": "{first} to {last}", "about_range": "about {first} to {last}",
}

# What each feature of two names is, for people who compare engines.
FEATURES: dict[str, str] = {
    "bias": "the start of every pair",
    "cover_high": "cover of the better covered name",
    "cover_low": "cover of the worse covered name",
    "conflict": "words left over on both sides",
    "extra_query": "words asked and not listed",
    "extra_candidate": "words listed and not asked",
    "deficit": "what spelling lost",
    "info": "rareness of the words met",
    "thin": "one word carries it all",
    "numbers": "numbers that differ",
    "initials": "initials in place of names",
    "order": "order of the words",
    "forms": "legal forms that differ",
    "father_son": "father and son change places",
    "short_slip": "short words misspelt",
    "vague": "readings of another script",
    "clashes": "names that do not meet on either side",
    "slip": "the worst misspelt word",
    "confused": "names known to be different",
    "reading": "whether what was asked reads as a person's name",
    "pet": "pet names",
    "translated": "words met as forms of another language",
    "second_slip": "the second worst misspelt word",
    "second_surname": "the mother's surname without the father's",
    "initial_clash": "initials that differ",
    "head": "the first name left over",
    "lone_slip": "no word as it is listed",
    "stem": "surnames that share an ending only",
    "dropped": "a name left over that is seldom left out",
    "vowels": "words alike in their consonants only",
    "loose": "a misspelt word beside names left over",
    "common": "common names in a script without vowels",
    "equal": "the same name",
    "bounds": "upper or lower bound",
}

# What would change the outcome: a condition, and what would come of it.
CHANGES: dict[str, str] = {
    "listed": "With the listed {what} ({value})",
    "without": "Without the {what} asked ({value})",
    "birth.far": "With a date of birth some years off (such as {value})",
    "birth.other": "With quite another date of birth (such as {value})",
    "birth_place.abroad": "With a place of birth in another country (such as {value})",
    "country.other": "With a country that is not listed (such as {value})",
    "gender.other": "With the other gender ({value})",
    "identifier.unequal": "With another {what} that is sound (such as {value})",
    "name.dropped": "Without '{word}' in the name asked",
    "name.added": "With '{word}' in the name asked as well",
    "name.as_listed": "With '{word}' in the name asked for '{asked}'",
    "name.in_order": "With the words in the order listed ('{value}')",
    "name.listed": "With the name asked as listed ('{value}')",
    "name.other_asked": "Without the other name asked ('{value}')",
    "name.without_listed": "Without the listed name '{value}'",
    "name.without_weak": "Without the weak alias '{value}'",
    "name.only_listed": "Only the listed name '{value}' meets; without it",
    "name.only_weak": "Only the weak alias '{value}' meets; without it",
}
OUTCOMES: dict[bool, str] = {
    True: "{condition}, this would be a hit: {score}.",
    False: "{condition}, this would be no hit: {score}.",
}
MARGINS: dict[str, str] = {
    "hit": "It stays a hit up to a threshold of {threshold}.",
    "certain": "It stays a hit at any threshold.",
    "no_hit": "It would be a hit at a threshold of {threshold} or less.",
}
# The fields of a query, as `{what}`.
FIELDS: dict[str, str] = {
    "births": "date of birth", "birth_places": "place of birth", "countries": "country", "gender": "gender",
    "addresses": "address", "identifiers": "number", "emails": "e-mail address", "phones": "phone number",
    "websites": "website", "wallets": "wallet",
}
