"""The two schedules' known entries and the words that the ministry puts around names: tables to read and review.

An entry is known by its names, not by its place: the number under which it is kept here is part of its reference and
never changes, whatever number the ministry prints before it. The numbers are those of the schedules when this table was
made (First Schedule: pages of 2015 to 2026; Fourth: numbers 1 to 25 from the page, 26 to 34 and 54 by the order of the
notifications, as in the starter register). Entries that came later are called by a slug of their name; once in use such
a slug is never turned into a number.
"""

from __future__ import annotations

import re

# Number -> the names by which an entry is known, in the spellings seen. Names of a number with a tail ("7/HUJI") stand in
# one entry with another organisation, and are a listing of their own, because the United Nations and the United States
# list them apart. Number 33 takes in the UN's list and has no name.
FIRST_SCHEDULE: dict[str, tuple[str, ...]] = {
    "1": ("Babbar Khalsa International",),
    "2": ("Khalistan Commando Force",),
    "3": ("Khalistan Zindabad Force",),
    "4": ("International Sikh Youth Federation",),
    "5": ("Lashkar-E-Taiba", "Pasban-E-Ahle Hadis", "The Resistance Front"),
    "6": ("Jaish-E-Mohammed", "Tahrik-E-Furqan", "Tahreik-E-Furqan", "Tahreik-E-Furquan", "People's Anti-Fascist-Front"),
    "7": ("Harkat-ul-Mujahideen", "Harkat-ul-Ansar", "Ansar-Ul-Ummah"),
    "7/HUJI": ("Harkat-ul-Jehad-E-Islami",),
    "8": ("Hizb-Ul-Mujahideen", "Hizb-Ul-Mujahideen Pir Panjal Regiment"),
    "9": ("Al-Umar-Mujahideen",),
    "10": ("Jammu and Kashmir Islamic Front",),
    "11": ("United Liberation Front of Assam",),
    "12": ("National Democratic Front of Bodoland",),
    "13": ("People's Liberation Army", "People Liberation Army"),
    "14": ("United National Liberation Front",),
    "15": ("People's Revolutionary Party of Kangleipak",),
    "16": ("Kangleipak Communist Party",),
    "17": ("Kanglei Yaol Kanba Lup",),
    "18": ("Manipur People's Liberation Front",),
    "19": ("All Tripura Tiger Force",),
    "20": ("National Liberation Front of Tripura",),
    "21": ("Liberation Tigers of Tamil Eelam",),
    "22": ("Students Islamic Movement of India",),
    "23": ("Deendar Anjuman",),
    "24": ("Communist Party of India (Marxist-Leninist) - People's War",
           "Communist Party of India (Marxizt-Leninst) - Peoples War"),
    "25": ("Maoist Communist Centre",),
    "26": ("Al Badr",),
    "27": ("Jamiat-ul-Mujahideen",),
    "28": ("Al-Qaida",),
    "28/AQIS": ("Al-Qaida in Indian Sub-Continent", "Al-Qaida in the Indian Sub-Continent"),
    "29": ("Dukhtaran-E-Millat",),
    "30": ("Tamil Nadu Liberation Army",),
    "31": ("Tamil National Retrieval Troops",),
    "32": ("Akhil Bharat Nepali Ekta Samaj",),
    "34": ("Communist Party of India (Maoist)",),
    "35": ("Indian Mujahideen",),
    "36": ("Garo National Liberation Army",),
    "37": ("Kamatapur Liberation Organization", "Kamatapur Liberation Organisation"),
    "38": ("Islamic State", "Islamic State of Iraq and Levant", "Islamic State of Iraq and Syria", "Daish"),
    "38/ISIL-K": ("Islamic State in Khorasan Province", "ISIS Wilayat Khorasan", "ISKP",
                  "Islamic State of Iraq and the Sham-Khorasan"),
    "39": ("National Socialist Council of Nagaland (Khaplang)",),
    "40": ("The Khalistan Liberation Force",),
    "41": ("Tehreek-ul-Mujahideen",),
    "42": ("Jamaat-ul-Mujahideen Bangladesh", "Jamaat-ul-Mujahideen India", "Jamaat-ul-Mujahideen Hindustan"),
    "43": ("Jammu and Kashmir Ghaznavi Force",),
    "44": ("Khalistan Tiger Force",),
    "45": ("Hizb-Ut-Tahrir",),
    "46": ("Shahzad Bhatti Network",),
}

# As above. A name with "@" is known only with that alias: numbers 8 and 13 are two men of one name.
FOURTH_SCHEDULE: dict[str, tuple[str, ...]] = {
    "1": ("Maulana Masood Azhar",),
    "2": ("Hafiz Muhammad Saeed", "Hafiz Saeed"),
    "3": ("Zaki-ur-Rehman Lakhvi",),
    "4": ("Dawood Ibrahim Kaskar",),
    "5": ("Wadhawa Singh Babbar",),
    "6": ("Lakhbir Singh @ Rode",),
    "7": ("Ranjeet Singh @ Neeta",),
    "8": ("Paramjit Singh @ Panjwar",),
    "9": ("Bhupinder Singh Bhinda",),
    "10": ("Gurmeet Singh Bagga",),
    "11": ("Gurpatwant Singh Pannun",),
    "12": ("Hardeep Singh Nijjar",),
    "13": ("Paramjit Singh @ Pamma",),
    "14": ("Sajid Mir",),
    "15": ("Yusuf Muzammil",),
    "16": ("Abdur Rehman Makki", "Abdul Rehman Makki"),
    "17": ("Shahid Mehmood",),
    "18": ("Farhatullah Ghori",),
    "19": ("Abdul Rauf Asghar",),
    "20": ("Ibrahim Athar",),
    "21": ("Yusuf Azhar",),
    "22": ("Shahid Latif",),
    "23": ("Syed Mohammad Yusuf Shah", "Syed Salahudeen", "Syed Salahuddin"),
    "24": ("Ghulam Nabi Khan",),
    "25": ("Zaffar Hussain Bhat",),
    "26": ("Riyaz Ismail Shahbandri", "Riyaz Bhatkal"),
    "27": ("Iqbal Bhatkal",),
    "28": ("Chhota Shakeel",),
    "29": ("Anis Ibrahim", "Anis Ibrahim Kaskar"),
    "30": ("Tiger Memon",),
    "31": ("Javed Chikna",),
    "32": ("Hafiz Talha Saeed",),
    "33": ("Mohiuddin Aurangzeb Alamgir",),
    "34": ("Mushtaq Ahmed Zargar",),
    "54": ("Harwinder Singh Sandhu",),
}

# The end of an entry that widens it without naming anybody; kept as the fact "scope".
TAIL = re.compile(
    r"[\s,;]*\b(?:and\s+)?all\s+its\s+(?:manifestations|formations)(?:\s+and\s+front\s+organi[sz]ations)?[\s.,;]*$", re.I
)
# The entry that takes in another authority's list instead of naming anybody.
UN_ENTRY = re.compile(r"organi[sz]ations?\s+listed\b.*\bU\.?\s?N\.?(?=\W).*\bsecurity\s+council\b", re.I | re.S)
# What the heading, title or address of a page says about the list on it; the first that is found tells.
HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("associations", re.compile(r"unlawful\W{0,3}associations?", re.I)),
    ("in_uapa_individuals", re.compile(r"fourth\W{0,3}schedule|individuals?\W{0,3}terrorists?", re.I)),
    ("in_uapa", re.compile(r"first\W{0,3}schedule|(?:terrorist|banned)\W{0,8}organi[sz]ations?", re.I)),
)
# A row of the page that only links to the lists.
LINK_ROW = re.compile(r"listed\s+in\s+the\s+(?:first|fourth)\s+schedule|unlawful\s+associations\s+under\s+section", re.I)


def fold(name: str) -> str:
    """Letters and digits only, without case and a leading "The": how names are known in spite of print.

    >>> fold("The Hizb-Ul-Mujahideen") == fold("hizb ul mujahideen")
    True
    """
    return re.sub(r"^the\s+", "", "".join(c for c in name.casefold().strip() if c.isalnum() or c.isspace())).replace(" ", "")


def _known(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {"@".join(map(fold, name.split("@"))): number for number, names in table.items() for name in names}


KNOWN = {"in_uapa": _known(FIRST_SCHEDULE), "in_uapa_individuals": _known(FOURTH_SCHEDULE)}
PREFIX = {"in_uapa": "UAPA-I", "in_uapa_individuals": "UAPA-IV"}
SCHEDULE = {"in_uapa": "First Schedule", "in_uapa_individuals": "Fourth Schedule"}
