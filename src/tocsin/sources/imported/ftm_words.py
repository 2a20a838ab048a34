"""The part of the FollowTheMoney vocabulary that listings need: schemata and properties, in both directions.

A table of our own and not the followthemoney package, which brings 37 others (PyICU, which is compiled, among them), takes
300 MB and a second to import. Names are those of followthemoney 4.11; what is not here is reported as unread.
"""

from __future__ import annotations

from tocsin.model import Kind

# Schemata of things that can be listed, most special first where one is another's.
KIND_OF: dict[str, Kind] = {
    "Person": "person", "Organization": "organization", "Company": "organization", "PublicBody": "organization",
    "LegalEntity": "unknown", "Vessel": "vessel", "Airplane": "aircraft", "Vehicle": "unknown",
}
SCHEMA_OF: dict[Kind, str] = {
    "person": "Person", "organization": "Organization", "vessel": "Vessel", "aircraft": "Airplane", "unknown": "LegalEntity",
}

# Schemata that tie two things, with the properties of their ends and the words for a tie without a role.
EDGES: dict[str, tuple[str, str, str]] = {
    "Ownership": ("owner", "asset", "owns"), "Directorship": ("director", "organization", "directs"),
    "Membership": ("member", "organization", "belongs to"), "Employment": ("employee", "employer", "works for"),
    "Family": ("person", "relative", "related to"), "Associate": ("person", "associate", "associated with"),
    "Representation": ("agent", "client", "represents"), "UnknownLink": ("subject", "object", "linked to"),
    "Control": ("controller", "controlled", "controls"), "Occupancy": ("holder", "post", "holds"),
    "Succession": ("predecessor", "successor", "precedes"), "Debt": ("debtor", "creditor", "owes"),
    "Payment": ("payer", "beneficiary", "paid"),
    "ProjectParticipant": ("participant", "project", "participates in"),
}
ROLES = ("role", "relationship", "summary")  # where a tie says what it is

# Properties of a thing, by what becomes of their values.
NAMES = {"name": ("alias", "strong"), "alias": ("alias", "strong"), "abbreviation": ("alias", "strong"),
         "previousName": ("former", "strong"), "weakAlias": ("alias", "weak")}
COUNTRIES = {
    "nationality": "nationality", "citizenship": "citizenship", "birthCountry": "birth", "flag": "flag",
    "pastFlags": "former_flag", "jurisdiction": "nationality", "country": "related", "mainCountry": "related",
}
IDENTIFIERS: dict[str, str] = {
    "passportNumber": "passport", "idNumber": "national_id", "socialSecurityNumber": "national_id", "taxNumber": "tax_id",
    "innCode": "tax_id", "vatCode": "tax_id", "registrationNumber": "registration", "ogrnCode": "registration",
    "okpoCode": "registration", "uscCode": "registration", "kppCode": "registration", "imoNumber": "imo", "mmsi": "mmsi",
    "callSign": "call_sign", "leiCode": "lei", "swiftBic": "bic", "serialNumber": "aircraft_serial", "email": "email",
    "phone": "phone", "website": "website", "dunsCode": "other_id", "wikidataId": "other_id", "icaoCode": "other_id",
    "licenseNumber": "other_id", "cageCode": "other_id", "uniqueEntityId": "other_id", "npiCode": "other_id",
    "isinCode": "other_id", "crsNumber": "other_id", "permId": "other_id", "bvdId": "other_id", "icijId": "other_id",
    "giiNumber": "other_id", "opencorporatesUrl": "other_id",
}
LABELLED = frozenset(p for p, kind in IDENTIFIERS.items() if kind == "other_id") | {
    "innCode", "vatCode", "ogrnCode", "okpoCode", "uscCode", "kppCode", "socialSecurityNumber",
}
FACTS: dict[str, str] = {
    "position": "position", "title": "title", "profession": "profession", "education": "education", "religion": "religion",
    "ethnicity": "ethnicity", "political": "political", "notes": "notes", "description": "description", "summary": "summary",
    "firstName": "first_name", "secondName": "second_name", "middleName": "middle_name", "lastName": "last_name",
    "fatherName": "father_name", "motherName": "mother_name", "nameSuffix": "name_suffix", "legalForm": "legal_form",
    "status": "status", "sector": "sector", "classification": "classification", "incorporationDate": "incorporation_date",
    "dissolutionDate": "dissolution_date", "type": "type", "model": "model", "manufacturer": "manufacturer",
    "tonnage": "tonnage", "grossRegisteredTonnage": "gross_tonnage", "deadweightTonnage": "deadweight_tonnage",
    "registrationPort": "registration_port", "registrationDate": "registration_date", "topics": "topics",
    "keywords": "keywords", "sourceUrl": "source_url", "program": "program", "programId": "program_id",
    "appearance": "appearance", "eyeColor": "eye_color", "hairColor": "hair_color", "height": "height", "weight": "weight",
    "biography": "biography", "wikipediaUrl": "wikipedia_url", "pastTypes": "past_types", "deathPlace": "death_place",
    "amount": "amount", "currency": "currency", "spokenLanguage": "spoken_language",
}
DATES = {"birthDate": "births", "buildDate": "births", "deathDate": "deaths"}
LINKS = frozenset({"addressEntity", "parent", "owner", "operator"})
# Read with the thing they belong to, or of no use to a register.
PASSED_OVER: dict[str, str] = {
    "alephUrl": "an address in another system", "publisher": "who published the data set",
    "publisherUrl": "who published the data set", "retrievedAt": "when the data set was made",
    "modifiedAt": "when the record was edited", "createdAt": "when the record was made", "indexText": "for search engines",
    "proof": "a document in another system", "riskSource": "an entity in another system", "addressEntity": "read as Address",
}
# Other schemata: what each is read as.
DOCUMENTS = {"Identification": "other_id", "Passport": "passport"}
PASSED_SCHEMATA: dict[str, str] = {"Position": "read where somebody holds it", "Documentation": "documents"}

# For export: which property of a schema has a kind of identifier. What has none is told in an Identification.
_LEGAL = {
    "tax_id": "taxNumber", "registration": "registrationNumber", "national_id": "idNumber", "lei": "leiCode",
    "bic": "swiftBic", "email": "email", "phone": "phone", "website": "website",
}
PROPERTY_OF: dict[str, dict[str, str]] = {
    "Person": _LEGAL | {"passport": "passportNumber"},
    "Organization": _LEGAL | {"imo": "imoNumber"},
    "LegalEntity": _LEGAL,
    "Vessel": {"imo": "imoNumber", "mmsi": "mmsi", "call_sign": "callSign", "registration": "registrationNumber"},
    "Airplane": {"aircraft_serial": "serialNumber", "registration": "registrationNumber"},
}
COUNTRY_PROPERTY: dict[str, dict[str, str]] = {
    "Person": {"nationality": "nationality", "citizenship": "citizenship", "birth": "birthCountry"},
    "Organization": {"nationality": "jurisdiction"}, "LegalEntity": {"nationality": "jurisdiction"},
    "Vessel": {"flag": "flag", "former_flag": "pastFlags"}, "Airplane": {},
}
