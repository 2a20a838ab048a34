"""OFAC's words and what they mean here: types of identifiers, statements that are not identifiers, programmes.

Both readers of OFAC's lists use these tables: the XML files name a type in the element `idType`, the CSV files write the
same words into the text of Remarks.
"""

from __future__ import annotations

from functools import lru_cache

# idType -> kind of identifier. What is not here and not in STATEMENTS is kept as "other_id" and reported as new.
IDENTIFIERS: dict[str, str] = {
    **dict.fromkeys(
        ("Passport", "Diplomatic Passport", "British National Overseas Passport", "Stateless Person Passport",
         "Travel Document Number"), "passport",
    ),
    **dict.fromkeys(
        ("National ID No.", "Cedula No.", "SSN", "D.N.I.", "Personal ID Card", "Identification Number", "Kenyan ID No.",
         "Moroccan Personal ID No.", "Bosnian Personal ID No.", "C.U.R.P.", "Credencial electoral", "Electoral Registry No.",
         "I.F.E.", "Residency Number", "National Foreign ID Number", "Turkish Identification Number", "Refugee ID Card",
         "Stateless Person ID Card", "CNP (Personal Numerical Code)", "Romanian Permanent Resident", "Numero de Identidad",
         "Tazkira National ID Card", "Citizen's Card Number", "UAE Identification", "Birth Certificate Number", "N.I.E.",
         "Cartilla de Servicio Militar Nacional", "Military Registration Number", "C.U.I.P.", "Chinese Commercial Code",
         "Driver's License No.", "Immigration No.", "Public Security and Immigration No.", "VisaNumberID",
         "Seafarer's Identification Document", "Tarjeta Profesional", "Pilot License Number", "Serial No."), "national_id",
    ),
    **dict.fromkeys(
        ("Tax ID No.", "NIT #", "R.F.C.", "RFC", "US FEIN", "Italian Fiscal Code", "Fiscal Code", "V.A.T. Number", "RUC #",
         "C.U.I.T.", "C.U.I.", "C.I.F.", "N.I.F.", "RIF #", "RTN", "Paraguayan tax identification number", "RSIN",
         "Numero Unico de Identificacao Tributaria (NUIT)", "Romanian Tax Registration"), "tax_id",
    ),
    **dict.fromkeys(
        ("Company Number", "UK Company Number", "Registration ID", "Registration Number", "Registered Charity No.",
         "Business Registration Document #", "Business Registration Number", "Business Number", "C.R. No.", "C.I.N.",
         "Certificate of Incorporation Number", "Matricula Mercantil No", "Folio Mercantil No.", "Enterprise Number",
         "Istanbul Chamber of Comm. No.", "Dubai Chamber of Commerce Membership No.", "Chamber of Commerce Number",
         "Commercial Registry Number", "Public Registration Number", "Branch Unit Number", "Trade License No.", "License",
         "Unified Social Credit Code (USCC)", "United Social Credit Code Certificate (USCCC)", "Organization Code",
         "Economic Register Number (CBLS)", "Central Registration System Number", "MSB Registration Number",
         "Registration Certificate Number (Dubai)", "Romanian C.R.", "SRE Permit No.", "Permit Number", "File Number",
         "Afghan Money Service Provider License Number", "Tourism License No.", "LE Number", "D-U-N-S Number",
         "Russian State Individual Business Registration Number Pattern (OGRNIP)", "Government Gazette Number",
         "Trademark number", "MICEX Code", "Equity Ticker", "ISIN", "UN/LOCODE"), "registration",
    ),
    "SWIFT/BIC": "bic", "BIK (RU)": "bic", "Legal Entity Number": "lei", "MMSI": "mmsi", "Website": "website",
    "Vessel Registration Identification": "imo", "Other Vessel Call Sign": "call_sign", "Email Address": "email",
    "Phone Number": "phone", "Aircraft Tail Number": "tail_number", "Previous Aircraft Tail Number": "tail_number",
    "Aircraft Construction Number (also called L/N or S/N or F/N)": "aircraft_serial",
    "Aircraft Manufacturer's Serial Number (MSN)": "aircraft_serial", "Aircraft Serial Identification": "aircraft_serial",
    "Aircraft Mode S Transponder Code": "aircraft_serial",
}
WALLET = "Digital Currency Address"  # "Digital Currency Address - XBT": the currency follows

# idType -> key of the fact that it states. A "*" stands for the rest of the type.
STATEMENTS: dict[str, str] = {
    "Additional Sanctions Information -": "sanctions_note", "Secondary sanctions risk:": "secondary_sanctions_risk",
    "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:": "transactions_prohibited",
    "IFCA Determination -": "ifca_determination", "Organization Established Date": "established",
    "Organization Type:": "organization_type", "Target Type": "target_type", "Former Vessel Flag": "former_flag",
    "Other Vessel Flag": "other_flag", "Other Vessel Type": "vessel_type", "Vessel Year of Build": "built",
    "Vessel Flag": "vessel_flag", "Vessel Type": "vessel_type",
    "Aircraft Manufacture Date": "built", "Aircraft Model": "aircraft_model", "Aircraft Operator": "aircraft_operator",
    "Nationality of Registration": "registration_country", "Registration Country": "registration_country",
    "CAATSA Section 235 Information:": "caatsa_235", "PEESA Information:": "peesa", "Issuer Name": "issuer",
    "Executive Order 13662 Directive Determination -": "eo13662_directive",
    "Executive Order 13846 information:": "eo13846_information",
    "Executive Order 14059 information:": "eo14059_information",
    "Executive Order 14024 Directive Information": "eo14024_directive",
    "Executive Order 14024 Directive Information -": "eo14024_directive",
    "Executive Order 14014 Directive Information:": "eo14014_directive",
    "Listing Date (": "listing_date", "Effective Date (": "effective_date",
    "Purchase/Sales For Divestment Date (CMIC)": "divestment_date",
}

# Programme -> legal ground. Only where the code alone names it; for the rest the publisher's programme page decides.
GROUNDS: dict[str, str] = {
    "SDGT": "Executive Order 13224, as amended", "FTO": "Immigration and Nationality Act, section 219 (8 U.S.C. 1189)",
    "SDNTK": "Foreign Narcotics Kingpin Designation Act (21 U.S.C. 1901-1908)", "SDNT": "Executive Order 12978",
    "NPWMD": "Executive Order 13382", "TCO": "Executive Order 13581, as amended", "GLOMAG": "Executive Order 13818",
    "MAGNIT": "Sergei Magnitsky Rule of Law Accountability Act of 2012", "CYBER2": "Executive Order 13694, as amended",
    "SOMALIA": "Executive Order 13536", "YEMEN": "Executive Order 13611", "DARFUR": "Executive Order 13400",
    "SOUTH SUDAN": "Executive Order 13664", "CAR": "Executive Order 13667", "LEBANON": "Executive Order 13441",
    "DRCONGO": "Executive Order 13413, as amended", "BURUNDI": "Executive Order 13712", "NICARAGUA": "Executive Order 13851",
    "IRAN-HR": "Executive Order 13553", "IRAN-TRA": "Executive Order 13628", "IRAN-CON-ARMS-EO": "Executive Order 13949",
    "HRIT-IR": "Executive Order 13606", "HRIT-SY": "Executive Order 13606", "VENEZUELA": "Executive Order 13692",
    "FSE-IR": "Executive Order 13608", "FSE-SY": "Executive Order 13608", "BELARUS": "Executive Order 13405",
    "IRGC": "Iranian Financial Sanctions Regulations (31 CFR part 561)", "ZIMBABWE": "Executive Order 13469",
    "IFSR": "Iranian Financial Sanctions Regulations (31 CFR part 561)", "LIBYA2": "Executive Order 13566",
    "LIBYA3": "Executive Order 13726", "DPRK": "Executive Order 13551", "DPRK2": "Executive Order 13687",
    "DPRK3": "Executive Order 13722", "DPRK4": "Executive Order 13810",
    "NS-PLC": "31 CFR part 594 (Palestinian Legislative Council)",
    "CUBA": "Cuban Assets Control Regulations (31 CFR part 515)",
    "IFCA": "Iran Freedom and Counter-Proliferation Act of 2012",
    "HIFPAA": "Hizballah International Financing Prevention Amendments Act of 2018",
    "NICARAGUA-NHRAA": "Nicaragua Human Rights and Anticorruption Act of 2018",
    "CAATSA - RUSSIA": "Countering America's Adversaries Through Sanctions Act of 2017",
    "CAATSA - IRAN": "Countering America's Adversaries Through Sanctions Act of 2017",
    "SYRIA-CAESAR": "Caesar Syria Civilian Protection Act of 2019",
    "IRAQ2": "Executive Order 13315", "IRAQ3": "Executive Order 13438",
}
# Programmes that only the non-SDN list is made of; a few SDN entries carry some of them too.
NON_SDN = frozenset({
    "NS-PLC", "UKRAINE-EO13662", "CMIC-EO13959", "561-Related", "561List", "FSE-IR", "FSE-SY", "FSE-WMD", "NS-ISA",
    "NS-CCMC", "CCMC-EO13959", "CAPTA", "NS-MBS", "RUSSIA-EO14024-D1A", "EO13599",
})


@lru_cache(maxsize=1024)
def find_ground(programme: str) -> str | None:
    """The legal ground of a programme: from the table, or the executive order that its code ends with."""
    if programme in GROUNDS:
        return GROUNDS[programme]
    _, dash, order = programme.rpartition("EO")
    return f"Executive Order {order}" if dash and order.isdigit() else None


@lru_cache(maxsize=1024)
def find_statement(label: str) -> str | None:
    """The fact that an idType states, when it is none of an identifier."""
    if label in STATEMENTS:
        return STATEMENTS[label]
    return next((key for start, key in STATEMENTS.items() if start.endswith("(") and label.startswith(start)), None)
