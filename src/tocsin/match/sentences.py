"""What reasons say, in English: one sentence a code, apart from the code that finds them so that it can be translated.

`{asked}` and `{listed}` are the two values compared, `{kind}` the list's word for a number.
"""

from __future__ import annotations

EVIDENCE: dict[str, str] = {
    "birth.same": "The date of birth is the same: {asked} asked, {listed} listed.",
    "birth.new_year": "The date of birth is the same, but 1 January often stands for a day not known: {asked} asked.",
    "birth.month": "The dates of birth agree in year and month: {asked} asked, {listed} listed.",
    "birth.swapped": "The dates of birth agree with day and month changed over: {asked} asked, {listed} listed.",
    "birth.year": "The dates of birth agree as far as both are known: {asked} asked, {listed} listed.",
    "birth.slip": "The dates of birth differ by one slip of the pen: {asked} asked, {listed} listed.",
    "birth.range": "The dates of birth agree within a range: {asked} asked, {listed} listed.",
    "birth.near": "The years of birth are close: {asked} asked, {listed} listed.",
    "birth.far": "The dates of birth differ by some years: {asked} asked, {listed} listed.",
    "birth.other": "The dates of birth contradict each other: {asked} asked, {listed} listed.",
    "birth_place.same": "The place of birth is the same: {asked} asked, {listed} listed.",
    "birth_place.near": "The places of birth have a part in common: {asked} asked, {listed} listed.",
    "birth_place.country": "The country of birth is the same: {asked} asked, {listed} listed.",
    "birth_place.other": "The places of birth differ: {asked} asked, {listed} listed.",
    "birth_place.abroad": "The places of birth are in different countries: {asked} asked, {listed} listed.",
    "country.shared": "{asked} is among the countries listed.",
    "country.other": "No country asked ({asked}) is among those listed ({listed}).",
    "gender.other": "The gender differs: {asked} asked, {listed} listed.",
    "identifier.same": "The number is that of a listed {kind}.",
    "identifier.other_kind": "The number is listed, but as another kind of number: {kind}.",
    "identifier.short": "The short number is that of a listed {kind}.",
    "identifier.slip": "The number is one character off that of a listed {kind}.",
    "identifier.unequal": "The number asked is sound, and not that of the listed {kind}.",
    "email.same": "The e-mail address is listed.",
    "email.domain": "The e-mail address is of a listed domain.",
    "phone.same": "The phone number is listed.",
    "phone.short": "The phone numbers agree as far as both are given, without the country or area.",
    "website.same": "The website is listed.",
    "website.domain": "The website is of a listed domain.",
    "handle.same": "The name of the account is listed.",
    "wallet.same": "The wallet is listed.",
    "address.same": "The address agrees with a listed one: {listed}.",
    "address.city": "The address is in a listed city: {listed}.",
    "number.unsound": "The number asked cannot be compared with the listed {kind}.",
    # Added to another sentence about the number.
    "check.imo": "As the IMO number of a ship it fails its check digit.",
    "check.mmsi": "It has not the form of an MMSI.",
    "check.lei": "As an LEI it fails its check digits (ISO 17442).",
    "check.bic": "It has not the form of a BIC (ISO 9362).",
    "check.isin": "As an ISIN it fails its check digit (ISO 6166).",
}
