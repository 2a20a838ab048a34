"""The UK Sanctions List's fields and words: where each stands in the XML and in the CSV, and what it means here.

Both forms say the same. The XML nests repeated elements; the CSV writes one row for each combination of them (ten
names and seven addresses make seventy rows), so that each group of cells below, taken for itself, repeats.
"""

from __future__ import annotations

from typing import NamedTuple

from tocsin.model import Kind


class Group(NamedTuple):
    """Values that belong together. `item` is the path of the repeated XML element, `tags` its children (one empty tag:
    the element's own text), `columns` the same in the CSV."""

    item: str
    tags: tuple[str, ...]
    columns: tuple[str, ...]


def _one(item: str, column: str) -> Group:
    return Group(item, ("",), (column,))


_PERSON, _ENTITY, _SHIP = "IndividualDetails/Individual", "EntityDetails/Entity", "ShipDetails/Ship"
_PARTS = tuple(range(1, 7))

GROUPS: dict[str, Group] = {
    "unique_id": _one("UniqueID", "Unique ID"),
    "updated": _one("LastUpdated", "Last Updated"),
    "designated": _one("DateDesignated", "Date Designated"),
    "ofsi_group": _one("OFSIGroupID", "OFSI Group ID"),
    "un_ref": _one("UNReferenceNumber", "UN Reference Number"),
    "kind": _one("IndividualEntityShip", "Designation Type"),
    "regime": _one("RegimeName", "Regime Name"),
    "source": _one("DesignationSource", "Designation source"),
    "measures": _one("SanctionsImposed", "Sanctions Imposed"),
    "comment": _one("OtherInformation", "Other Information"),
    "reasons": _one("UKStatementofReasons", "UK Statement of Reasons"),
    "name": Group(
        "Names/Name", (*(f"Name{n}" for n in _PARTS), "NameType", "AliasStrength"),
        (*(f"Name {n}" for n in _PARTS), "Name type", "Alias strength"),
    ),
    "original": Group(
        "NonLatinNames/NonLatinName", ("NameNonLatinScript", "NonLatinScriptType", "NonLatinScriptLanguage"),
        ("Name non-latin script", "Non-latin script type", "Non-latin script language"),
    ),
    "title": _one("Titles/Title", "Title"),
    "address": Group(
        "Addresses/Address", (*(f"AddressLine{n}" for n in _PARTS), "AddressPostalCode", "AddressCountry"),
        (*(f"Address Line {n}" for n in _PARTS), "Address Postal Code", "Address Country"),
    ),
    "phone": _one("PhoneNumbers/PhoneNumber", "Phone number"),
    "website": _one("Websites/Website", "Website"),
    "email": _one("EmailAddresses/EmailAddress", "Email address"),
    "birth": _one(f"{_PERSON}/DOBs/DOB", "D.O.B"),
    "birth_place": Group(
        f"{_PERSON}/BirthDetails/Location", ("TownOfBirth", "CountryOfBirth"), ("Town of birth", "Country of birth"),
    ),
    "nationality": _one(f"{_PERSON}/Nationalities/Nationality", "Nationality(/ies)"),
    "gender": _one(f"{_PERSON}/Genders/Gender", "Gender"),
    "position": _one(f"{_PERSON}/Positions/Position", "Position"),
    "passport": Group(
        f"{_PERSON}/PassportDetails/Passport", ("PassportNumber", "PassportAdditionalInformation"),
        ("Passport number", "Passport additional information"),
    ),
    "national_id": Group(
        f"{_PERSON}/NationalIdentifierDetails/NationalIdentifier",
        ("NationalIdentifierNumber", "NationalIdentifierAdditionalInformation"),
        ("National Identifier number", "National Identifier additional information"),
    ),
    "entity_type": _one(f"{_ENTITY}/TypeOfEntities/TypeOfEntity", "Type of entity"),
    "registration": _one(
        f"{_ENTITY}/BusinessRegistrationNumbers/BusinessRegistrationNumber", "Business registration number (s)"
    ),
    "parent": _one(f"{_ENTITY}/ParentCompanies/ParentCompany", "Parent company"),
    "subsidiary": _one(f"{_ENTITY}/Subsidiaries/Subsidiary", "Subsidiaries"),
    "imo": _one(f"{_SHIP}/IMONumbers/IMONumber", "IMO number"),
    "owner": _one(f"{_SHIP}/CurrentOwnerOperators/CurrentOwnerOperator", "Current owner/operator (s)"),
    "former_owner": _one(f"{_SHIP}/PreviousOwnerOperators/PreviousOwnerOperator", "Previous owner/operator (s)"),
    "flag": _one(f"{_SHIP}/CurrentBelievedFlagOfShips/CurrentBelievedFlagOfShip", "Current believed flag of ship"),
    "former_flag": _one(f"{_SHIP}/PreviousFlags/PreviousFlag", "Previous flags"),
    "vessel_type": _one(f"{_SHIP}/TypeOfShipDetails/TypeOfShip", "Type of ship"),
    "tonnage": _one(f"{_SHIP}/TonnageOfShipDetails/TonnageOfShip", "Tonnage of ship"),
    "length": _one(f"{_SHIP}/LengthOfShipDetails/LengthOfShip", "Length of ship"),
    "built": _one(f"{_SHIP}/YearsBuilt/YearBuilt", "Year Built"),
    # The element that would hold it in the XML has not been seen filled; there it is reported as new.
    "hull": Group("", (), ("Hull identification number (HIN)",)),
}
INDICATORS = "SanctionsImposedIndicators"

# One of each in a record; what a row or element says otherwise is kept as a fact and noted.
SINGLE = ("kind", "designated", "updated")

IGNORED: dict[str, str] = {
    "@{http://www.w3.org/2001/XMLSchema-instance}schemaLocation": "an address of the schema, not a datum",
    "@{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation": "an address of the schema, not a datum",
    f"{INDICATORS} = false": "a measure that is not imposed; those imposed stand in SanctionsImposed too",
}

# Cells that say that there is nothing to say. Names and free texts are never compared with these.
NOT_GIVEN = frozenset({"n/a", "na", "not applicable", "unknown", "not known", "none", "dd/mm/yyyy"})
FREE_TEXTS = frozenset({"name", "original", "comment", "reasons", "title", "position"})

KINDS: dict[str, Kind] = {"individual": "person", "entity": "organization", "ship": "vessel"}
SOURCES_OF_DESIGNATION = ("UK", "UN")

# RegimeName, without "The" in front -> the programme as it is commonly called. The instrument is the legal ground.
_EXIT = "(Sanctions) (EU Exit) Regulations"
REGIMES: dict[str, str] = {
    f"Afghanistan {_EXIT} 2020": "Afghanistan",
    f"Bosnia and Herzegovina {_EXIT} 2020": "Bosnia and Herzegovina",
    "Burundi (Sanctions) Regulations 2021": "Burundi",
    f"Central African Republic {_EXIT} 2020": "Central African Republic",
    f"Chemical Weapons {_EXIT} 2019": "Chemical Weapons",
    "Counter-Terrorism (International Sanctions) (EU Exit) Regulations 2019": "Counter-Terrorism (International)",
    f"Counter-Terrorism {_EXIT} 2019": "Counter-Terrorism (Domestic)",
    f"Cyber {_EXIT} 2020": "Cyber",
    f"Democratic People's Republic of Korea {_EXIT} 2019": "Democratic People's Republic of Korea",
    f"Democratic Republic of the Congo {_EXIT} 2019": "Democratic Republic of the Congo",
    "Global Anti-Corruption Sanctions Regulations 2021": "Global Anti-Corruption",
    "Global Human Rights Sanctions Regulations 2020": "Global Human Rights",
    "Global Irregular Migration and Trafficking in Persons Sanctions Regulations 2025":
        "Global Irregular Migration and Trafficking in Persons",
    f"Guinea {_EXIT} 2019": "Guinea",
    "Haiti (Sanctions) Regulations 2022": "Haiti",
    "Iran (Sanctions) (Nuclear) (EU Exit) Regulations 2019": "Iran (Nuclear)",
    "Iran (Sanctions) Regulations 2023": "Iran",
    f"Iraq {_EXIT} 2020": "Iraq",
    "Isil (Da'esh) and Al-Qaeda (United Nations Sanctions) (EU Exit) Regulations 2019": "ISIL (Da'esh) and Al-Qaida",
    f"Lebanon {_EXIT} 2020": "Lebanon",
    f"Libya {_EXIT} 2020": "Libya",
    f"Mali {_EXIT} 2020": "Mali",
    "Myanmar (Sanctions) Regulations 2021": "Myanmar",
    f"Nicaragua {_EXIT} 2020": "Nicaragua",
    f"Republic of Belarus {_EXIT} 2019": "Belarus",
    f"Republic of Guinea-Bissau {_EXIT} 2019": "Guinea-Bissau",
    f"Russia {_EXIT} 2019": "Russia",
    f"Somalia {_EXIT} 2020": "Somalia",
    f"South Sudan {_EXIT} 2019": "South Sudan",
    f"Sudan {_EXIT} 2020": "Sudan",
    f"Syria {_EXIT} 2019": "Syria",
    f"Venezuela {_EXIT} 2019": "Venezuela",
    f"Yemen {_EXIT} 2020": "Yemen",
    f"Zimbabwe {_EXIT} 2019": "Zimbabwe",
}
