"""Which elements and attributes of OFAC's enhanced and advanced XML are read, and which are left aside and why.

Paths start below a record. What stands in neither table is counted as unread (`ofac_stream.count_unread`).
"""

from __future__ import annotations

_DAY = "Year Month Day"


def make_paths(*texts: str) -> frozenset[str]:
    """All paths that `texts` lead through: "a/b/c d" gives a, a/b, a/b/c, a/b/d; "a/b @x @y" gives a, a/b, a/b@x, a/b@y."""
    found: set[str] = set()
    for text in texts:
        head, *more = text.split()
        above = head.rpartition("/")[0]
        parts = head.partition("@")[0].split("/")
        found.update("/".join(parts[:n]) for n in range(1, len(parts) + 1))
        found.add(head)
        for name in more:
            found.add(f"{head}{name}" if name.startswith("@") else f"{above}/{name}" if above else name)
    return frozenset(found - {""})


_DATES = "fromDateBegin toDateEnd isApproximate"
_NAMES = "names/name/translations/translation"
_ADDRESS = "addresses/address/translations/translation"
_DOCUMENT = "identityDocuments/identityDocument"
KNOWN_ENHANCED = make_paths(
    "generalInfo/entityType title remarks", "sanctionsLists/sanctionsList @datePublished",
    "sanctionsPrograms/sanctionsProgram",
    "sanctionsTypes/sanctionsType", "legalAuthorities/legalAuthority", "names/name/isPrimary isLowQuality aliasType",
    f"{_NAMES}/script formattedFirstName formattedLastName formattedFullName", f"{_NAMES}/nameParts/namePart/type value",
    "addresses/address/country", f"{_ADDRESS}/script", f"{_ADDRESS}/addressParts/addressPart/type value",
    "features/feature/type value reliability", f"features/feature/valueDate/{_DATES}",
    f"{_DOCUMENT}/type documentNumber isValid issuingCountry issuingLocation issuingAuthority comments",
    f"{_DOCUMENT}/name @nameId", f"{_DOCUMENT}/issueDate/{_DATES}",
    f"{_DOCUMENT}/expirationDate/{_DATES}", f"{_DOCUMENT}/idFeatures/idFeature",
    "relationships/relationship/type quality", "relationships/relationship/relatedEntity @entityId",
)
KNOWN_PUBLICATION = make_paths(
    "dataAsOf", "filters/sanctionsLists/sanctionsList", "filters/sanctionsPrograms/sanctionsProgram",
)
IGNORED_ENHANCED: dict[str, str] = {
    "@id": "internal number of one value; only the record's own is kept, as its reference",
    "@refId": "number of a word that stands beside it",
    "@featureTypeId": "number of a word that stands beside it",
    "@featureVersionId": "internal number of one value",
    "@nameTranslationId": "internal number of one spelling of a name",
    "identityId": "internal number of the record",
    "versionId": "internal number of one value",
    "valueRefId": "number of the value's word, which stands beside it",
    f"{_NAMES}/isPrimary": "whether a spelling is the one in Latin script, which its script says",
    f"{_ADDRESS}/isPrimary": "whether OFAC shows this value first; all values are kept alike",
    "features/feature/isPrimary": "whether OFAC shows this value first; all values are kept alike",
    "fromDateEnd": "a span is read from its two ends", "toDateBegin": "a span is read from its two ends",
    "isDateRange": "the two ends say it",
    "featureTypes": "a table of words that stand beside each feature",
    "reliability Confirmed": "the ordinary case; Reported and False are kept",
}

_VERSION = "Profile/Feature/FeatureVersion"
_ALIAS = "Profile/Identity/Alias"


def _period(path: str) -> tuple[str, ...]:
    ends = [f"{path}/DatePeriod/{end}" for end in ("Start", "End")]
    return (*(f"{end}/{side}/{_DAY}" for end in ends for side in ("From", "To")), *(f"{end}@Approximate" for end in ends))


KNOWN_ADVANCED: dict[str, frozenset[str]] = {
    "Location": make_paths(
        "LocationCountry@CountryID", "LocationPart@LocPartTypeID", "LocationPart/LocationPartValue/Comment Value",
    ),
    "IDRegDocument": make_paths(
        "@IDRegDocTypeID", "@IssuedBy-CountryID", "@IssuedIn-LocationID", "@ValidityID", "@IdentityID",
        "Comment IDRegistrationNo IssuingAuthority", "DocumentDate@IDRegDocDateTypeID",
        "DocumentedNameReference@DocumentedNameID", *_period("DocumentDate"),
    ),
    "DistinctParty": make_paths(
        "@FixedRef", "Comment", "Profile@PartySubTypeID", "Profile/Comment", "Profile/Identity@False",
        "Profile/Identity/Comment",
        f"{_ALIAS} @AliasTypeID @Primary @LowQuality", f"{_ALIAS}/Comment",
        f"{_ALIAS}/DocumentedName/DocumentedNamePart/NamePartValue @NamePartGroupID @ScriptID",
        "Profile/Identity/NamePartGroups/MasterNamePartGroup/NamePartGroup@NamePartTypeID", "Profile/Feature@FeatureTypeID",
        f"{_VERSION}@ReliabilityID", f"{_VERSION}/Comment", f"{_VERSION}/VersionDetail@DetailReferenceID",
        f"{_VERSION}/VersionLocation@LocationID", *_period(_VERSION),
    ),
    "ProfileRelationship": make_paths(
        "@From-ProfileID", "@To-ProfileID", "@RelationTypeID", "@RelationQualityID", "@Former", "Comment",
    ),
    "SanctionsEntry": make_paths(
        "@ProfileID", "@ListID", "Comment LimitationsToListing", "EntryEvent @EntryEventTypeID @LegalBasisID",
        "EntryEvent/Comment",
        f"EntryEvent/Date/{_DAY}", "SanctionsMeasure@SanctionsTypeID", "SanctionsMeasure/Comment",
        "SupportingInfo/Text DirectURL", *_period("SanctionsMeasure"),
    ),
}
IGNORED_ADVANCED: dict[str, str] = {
    "@ID": "internal number, used to join the parts of the file",
    "Profile/Identity@FixedRef": "the party's own reference again", f"{_ALIAS}@FixedRef": "the party's own reference again",
    f"{_ALIAS}/DocumentedName@FixedRef": "the party's own reference again",
    "Profile/Identity@Primary": "true in all states seen; a false identity says so itself",
    "LocationPart/LocationPartValue@Primary": "whether a spelling is the one in Latin script; another names its script",
    "IdentityReference": "says which identity a feature is of; a party has one",
    "LocationAreaCode": "the code of the country that stands beside it",
    "FeatureVersionReference": "says which feature a place is of, as the feature says itself",
    "IDRegDocumentReference": "says which document a place is of, as the document says itself",
    "@CalendarTypeID": "Gregorian in all states seen", "@CountryRelevanceID": "PRIMARY in all states seen",
    "@LocPartValueTypeID": "Unknown in all states seen", "@LocPartValueStatusID": "Main in all states seen",
    "@ScriptStatusID": "Unknown in all states seen", "@Acronym": "false in all states seen",
    "@DocNameStatusID": "whether a spelling is the one in Latin script, which its script says",
    "@DetailTypeID": "whether a value is a text, a date or a word of a table, which the value says itself",
    "@YearFixed": "how a form on OFAC's side was filled in", "@MonthFixed": "how a form on OFAC's side was filled in",
    "@DayFixed": "how a form on OFAC's side was filled in", "@SanctionsEntryID": "internal number of an entry",
}
