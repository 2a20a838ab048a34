"""Schemata and properties of FollowTheMoney, as far as somebody may ask with them: what is one's, of what type, called what.

Names are those of followthemoney 4.11 (`sources.imported.ftm_words` says why its package is not used). What a register of
designations has nothing of (contracts, documents) is known by name only.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """One schema: those that it extends, its own properties with their types, and those that lead to other entities.
    `featured` are the properties that say most."""

    extends: tuple[str, ...] = ()
    plural: str
    matchable: bool = True
    properties: dict[str, str] = {}
    links: frozenset[str] = frozenset()
    featured: tuple[str, ...] = ("name", "country")


def _types(text: str) -> dict[str, str]:
    """`name alias:name` as property to type; a property without a type is text."""
    pairs = (word.partition(":") for word in text.split())
    return {name: kind or "string" for name, _, kind in pairs}


SCHEMATA: dict[str, Schema] = {
    "Thing": Schema(
        plural="Things", matchable=False, properties=_types(
            "name:name alias:name previousName:name weakAlias:name summary:text notes:text description:text country:country "
            "address:address topics:topic keywords sourceUrl:url program programId:identifier wikidataId:identifier "
            "wikipediaUrl:url publisher publisherUrl:url alephUrl:url retrievedAt:date modifiedAt:date createdAt:date "
            "indexText:text"
        ),
        links=frozenset({
            "addressEntity", "candidateSimilars", "courtCase", "documentedBy", "matchSimilars", "noteEntities", "proof",
            "riskSource", "risks", "sanctions", "unknownLinkFrom", "unknownLinkTo",
        }),
    ),
    "Value": Schema(
        plural="Values", matchable=False, properties=_types("amount:number amountEur:number amountUsd:number currency"),
    ),
    "Asset": Schema(
        extends=("Thing", "Value"), plural="Assets", matchable=False, links=frozenset({"ownershipAsset"}),
        featured=("name", "amount"),
    ),
    "LegalEntity": Schema(
        extends=("Thing",), plural="Legal entities", featured=("name", "country", "legalForm", "status"), properties=_types(
            "abbreviation:name email:email phone:phone website:url legalForm incorporationDate:date dissolutionDate:date "
            "status taxStatus sector classification registrationNumber:identifier idNumber:identifier taxNumber:identifier "
            "vatCode:identifier licenseNumber:identifier jurisdiction:country mainCountry:country opencorporatesUrl:url "
            "bvdId:identifier brightQueryId:identifier brightQueryOrgId:identifier sayariId:identifier icijId "
            "okpoCode:identifier okvedCode:identifier innCode:identifier ogrnCode:identifier leiCode:identifier "
            "dunsCode:identifier uniqueEntityId:identifier npiCode:identifier swiftBic:identifier uscCode:identifier"
        ),
        links=frozenset({
            "agencyClient", "agentRepresentation", "callForTenders", "callsMade", "callsReceived", "contractAuthority",
            "contractAwardSupplier", "cryptoWallets", "debtCreditor", "debtDebtor", "delegatedCallForTenders",
            "directorshipDirector", "economicActivityDeclarant", "economicActivityHolder", "economicActivityReceiver",
            "economicActivitySender", "emailsReceived", "emailsSent", "eventsInvolved", "eventsOrganized", "identification",
            "membershipMember", "mentionedBy", "messagesReceived", "messagesSent", "operatedVehicles", "ownedVehicles",
            "ownershipOwner", "parent", "paymentBeneficiary", "paymentPayer", "predecessors", "projectParticipation",
            "securities", "subsidiaries", "successors", "taxRolls", "userAccounts",
        }),
    ),
    "Person": Schema(
        extends=("LegalEntity",), plural="People", featured=("name", "nationality", "birthDate"), properties=_types(
            "title firstName secondName middleName fatherName motherName lastName nameSuffix birthDate:date birthPlace "
            "birthCountry:country deathDate:date position nationality:country citizenship:country passportNumber:identifier "
            "socialSecurityNumber:identifier gender:gender ethnicity height:number weight:number eyeColor hairColor "
            "appearance religion political profession education spokenLanguage:language biography:text"
        ),
        links=frozenset({
            "associates", "associations", "employers", "familyPerson", "familyRelative", "images", "positionOccupancies",
        }),
    ),
    "Organization": Schema(
        extends=("LegalEntity",), plural="Organizations", featured=("name", "country", "legalForm", "status"),
        properties=_types("cageCode:identifier permId:identifier imoNumber:identifier giiNumber:identifier"),
        links=frozenset({
            "bankAccounts", "directorshipOrganization", "employees", "membershipOrganization", "positions",
        }),
    ),
    "Company": Schema(
        extends=("Organization", "Asset"), plural="Companies",
        featured=("name", "jurisdiction", "registrationNumber", "incorporationDate"), properties=_types(
            "jibCode:identifier irsCode:identifier ipoCode:identifier cikCode:identifier kppCode:identifier capital:number "
            "okopfCode fnsCode:identifier fssCode bikCode:identifier pfrNumber:identifier oksmCode mbsCode:identifier "
            "caemCode coatoCode:identifier voenCode:identifier ricCode:identifier isinCode:identifier ticker:identifier"
        ),
    ),
    "PublicBody": Schema(
        extends=("Organization",), plural="Public bodies", featured=("name", "country", "legalForm", "status"),
    ),
    "Vehicle": Schema(
        extends=("Asset",), plural="Vehicles", featured=("type", "name", "registrationNumber", "country"), properties=_types(
            "registrationNumber:identifier type model buildDate:date registrationDate:date deregistrationDate:date"
        ),
        links=frozenset({"declaredCustoms", "operator", "owner", "tripsInvolved"}),
    ),
    "Vessel": Schema(
        extends=("Vehicle",), plural="Vessels", featured=("name", "imoNumber", "type", "flag"), properties=_types(
            "imoNumber:identifier crsNumber:identifier mmsi:identifier callSign:identifier flag:country pastFlags:country "
            "pastTypes tonnage:number grossRegisteredTonnage:number deadweightTonnage:number nameChangeDate:date "
            "navigationArea registrationPort"
        ),
    ),
    "Airplane": Schema(
        extends=("Vehicle",), plural="Airplanes", featured=("type", "registrationNumber", "country"),
        properties=_types("serialNumber:identifier icaoCode:identifier manufacturer"),
    ),
    "CryptoWallet": Schema(
        extends=("Thing", "Value"), plural="Cryptocurrency wallets", featured=("currency", "publicKey"), properties=_types(
            "publicKey:identifier cryptoAddress:identifier accountId:identifier currencySymbol blockchain balance:number "
            "balanceDate:date creationDate:date custodyType managingExchange privateKey"
        ),
        links=frozenset({"holder"}),
    ),
    "Security": Schema(
        extends=("Asset",), plural="Securities", featured=("isin", "name", "country"), properties=_types(
            "isin:identifier figiCode:identifier ticker:identifier registrationNumber:identifier type classification "
            "collateral issueDate:date maturityDate:date"
        ),
        links=frozenset({"issuer"}),
    ),
    "Address": Schema(
        extends=("Thing",), plural="Addresses", featured=("full", "city", "street", "country"), properties=_types(
            "full:address remarks postOfficeBox street street2 city postalCode region state latitude:number "
            "longitude:number osmId:identifier googlePlaceId:identifier"
        ),
        links=frozenset({"things", "tripsDeparting", "tripsIncoming"}),
    ),
}
# What belongs to a thing: not matchable, and only met beside one.
BESIDE_TYPES: dict[str, dict[str, str]] = {
    "Sanction": _types(
        "entity:entity authority authorityId:identifier country:country listingDate:date program reason:text "
        "startDate:date unscId:identifier"
    ),
    "Identification": _types(
        "holder:entity number:identifier type country:country authority startDate:date endDate:date"
    ),
    "Passport": _types("holder:entity number:identifier type country:country authority startDate:date endDate:date"),
    "UnknownLink": _types("subject:entity object:entity role"),
}
# Known, and nothing of theirs is in a register of designations; true: yente takes them in a query.
OTHERS: dict[str, bool] = {
    **dict.fromkeys(("BankAccount", "Position", "UserAccount"), True),
    **dict.fromkeys((
        "Analyzable", "Article", "Associate", "Audio", "Call", "CallForTenders", "Contract", "ContractAward", "CourtCase",
        "CourtCaseParty", "Debt", "Directorship", "Document", "Documentation", "EconomicActivity", "Email", "Employment",
        "Event", "Family", "Folder", "HyperText", "Identification", "Image", "Interest", "Interval", "License",
        "Membership", "Mention", "Message", "Note", "Occupancy", "Ownership", "Package", "Page", "Pages", "Passport",
        "Payment", "PlainText", "Project", "ProjectParticipant", "RealEstate", "Representation", "Risk", "Sanction",
        "Similar", "Succession", "Table", "TaxRoll", "Trip", "UnknownLink", "Video", "Workbook",
    ), False),
}
# The property under which a thing has what names it: schema beside -> its property of the thing -> the thing's property.
REVERSE: dict[tuple[str, str], str] = {
    ("Sanction", "entity"): "sanctions", ("Identification", "holder"): "identification",
    ("Passport", "holder"): "identification", ("CryptoWallet", "holder"): "cryptoWallets",
    ("UnknownLink", "subject"): "unknownLinkTo", ("UnknownLink", "object"): "unknownLinkFrom",
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_known(schema: str) -> bool:
    """Whether FollowTheMoney has a schema of that name."""
    return schema in SCHEMATA or schema in OTHERS


def is_matchable(schema: str) -> bool:
    """Whether a query may have this schema; `Thing` too, which stands for any."""
    return schema == "Thing" or (SCHEMATA[schema].matchable if schema in SCHEMATA else OTHERS.get(schema, False))


@lru_cache(maxsize=256)
def get_lineage(schema: str) -> tuple[str, ...]:
    """The schema and all that it extends, itself first."""
    made = SCHEMATA.get(schema)
    above = [name for parent in (made.extends if made else ()) for name in get_lineage(parent)]
    return tuple(dict.fromkeys((schema, *above)))


@lru_cache(maxsize=256)
def get_properties(schema: str) -> dict[str, str]:
    """All properties of a schema that hold a value, those that it inherits too, with their types."""
    if schema in BESIDE_TYPES:
        return BESIDE_TYPES[schema]
    found: dict[str, str] = {}
    for name in get_lineage(schema):
        for prop, kind in (SCHEMATA[name].properties if name in SCHEMATA else {}).items():
            found.setdefault(prop, kind)
    return found


@lru_cache(maxsize=256)
def get_links(schema: str) -> frozenset[str]:
    """All properties of a schema that lead to other entities."""
    return frozenset(link for name in get_lineage(schema) if name in SCHEMATA for link in SCHEMATA[name].links)


@lru_cache(maxsize=256)
def get_family(schema: str) -> frozenset[str]:
    """The schemata of things that may be what is asked for as `schema`: itself, what extends it, and what it may turn out to
    be listed as (a person as a legal entity)."""
    below = {name for name in SCHEMATA if schema in get_lineage(name)}
    above = {name for name in get_lineage(schema) if name in SCHEMATA and SCHEMATA[name].matchable}
    return frozenset({schema, *below, *above})


def get_label(name: str) -> str:
    """A property or schema in words: `birthDate` as "Birth date"."""
    words = _HUMP.sub(" ", name)
    return words[:1].upper() + words[1:].lower()


def find_property(name: str) -> tuple[str, str] | None:
    """The schema that a property is of, and the property, by `Person:birthDate` or `birthDate`; `None` for one that is
    not known."""
    schema, colon, prop = name.rpartition(":")
    owners = get_lineage(schema) if colon else tuple(SCHEMATA)
    return next(((owner, prop) for owner in owners if owner in SCHEMATA and prop in SCHEMATA[owner].properties), None)
