"""Name data: what words in a name are, and which are one name in several spellings.

Each table is read and reviewed by people; a change here can change a score, so `NAME_DATA` is raised with it and the
effect on the measured pairs goes into the changelog. All words are in the form that `names.fold.to_ascii` gives.
"""

from __future__ import annotations

NAME_DATA = "2026.1"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that tie names together and tell nothing alone. The value is the family: two of a family are the same word.
PARTICLES: dict[str, str] = {
    **dict.fromkeys(["al", "el", "ul", "il", "ur", "ud", "us", "as", "ar", "ad", "an", "az", "at", "ash", "esh", "es", "et", "er", "al-", "aal"], "al"),
    **dict.fromkeys(["bin", "ben", "ibn", "bn", "bni", "ould", "wuld", "walad", "ben-", "oglu", "ogly", "uulu"], "son"),
    **dict.fromkeys(["bint", "binti", "binte", "bent", "qizi", "kyzy"], "daughter"),
    **dict.fromkeys(["de", "da", "do", "di", "du", "del", "della", "des", "dos", "das", "d", "l", "la", "le", "les", "lo", "los", "las"], "of"),
    **dict.fromkeys(["van", "von", "der", "den", "ter", "zu", "zum", "zur", "af", "av"], "from"),
    **dict.fromkeys(["e", "y", "i", "and", "und", "wa", "va"], "and"),
}
# "et", "as", "an", "us", "ad" and "la" are particles of persons; in names of organisations these are:
ORG_STOPS: dict[str, str] = {
    **dict.fromkeys(["the", "a", "an"], "the"),
    **dict.fromkeys(["of", "for", "de", "da", "do", "di", "du", "del", "della", "des", "dos", "das", "la", "le", "les", "los", "las", "al", "el", "ul", "e", "ye", "i"], "of"),
    **dict.fromkeys(["and", "und", "et", "y", "va"], "and"),
    **dict.fromkeys(["in", "on", "at", "to", "by", "with"], "in"),
}
TITLES = _words(
    """mr mrs ms miss dr prof professor doctor sir lord lady madam haji hajji hadji hajj haj alhaj alhaji al-haj maulana mawlana
    molana maulvi mawlawi maulavi moulvi mawlavi mulla mullah mollah sheikh shaykh sheik cheikh shaikh sheikh shekh chaykh
    sayyid syed sayed seyed sayyed seyyed qari ustad ustadh ustaz allama allamah imam ayatollah mufti shri sri shree smt
    pandit president prasident prezident general gen colonel col captain capt major maj brigadier lt lieutenant sgt minister
    king prince princess his her excellency honourable hon rev father sahib saheb janab jr sr phd alias"""
)
# Bound to the next word in Arabic names; seen so often that they tell little alone.
BINDERS = _words("abd abdul abdel abdal abdoul abdou abdu abdol abdur abdus abdi abu abou abo umm um oum din deen eddine uddin addin udin allah ullah")

_LEGAL_GROUPS = (
    "ltd limited ltda limitada", "llc ooo tov", "inc incorporated", "corp corporation", "co company cie compagnie",
    "plc", "gmbh", "ag akg aktiengesellschaft", "sa", "sarl", "srl", "spa", "sas", "bv", "nv", "kg", "oy", "ab", "as asa",
    "jsc pjsc ojsc cjsc oao pao zao ao aozt", "pty", "pte", "sdn", "bhd", "fze fzco fzc", "est establishment", "lp", "llp",
    "doo dd", "kft", "zrt", "sro", "ood eood", "sal", "pt", "tbk", "pvt private", "kk", "gk", "eurl", "scs", "snc", "se",
)
LEGAL_FORMS: dict[str, str] = {word: group.split()[0] for group in _LEGAL_GROUPS for word in group.split()}
# Written out, in the order they are tried; replaced before a name is cut into tokens.
LEGAL_PHRASES: tuple[tuple[str, str], ...] = (
    ("limited liability company", "llc"), ("obshchestvo s ogranichennoi otvetstvennostiu", "ooo"),
    ("public joint stock company", "pjsc"), ("open joint stock company", "ojsc"), ("joint stock company", "jsc"),
    ("closed joint stock company", "cjsc"), ("societatea cu raspundere limitata", "srl"), ("societe anonyme", "sa"),
    ("aktsionernoe obshchestvo", "ao"), ("sociedad anonima", "sa"), ("private limited", "pvt ltd"), ("free zone establishment", "fze"),
)

_SAME_NAMES = (
    "muhammad mohammed mohammad mohamed mohamad muhammed mohd mohd. muhd md mehmet mehmed mamadou maxamed mochammad mukhammad magomed mahomet muh",
    "ahmad ahmed ahmet ahmadou axmed akhmed akhmad akhmat", "hussein husayn hussain husain hossein hosein husein huseyin xuseen hussien",
    "hassan hasan hassen hasson xasan khasan", "usama osama oussama", "umar omar omer oumar cumar", "yusuf youssef yousef yousuf yusif iosif josef joseph jozef giuseppe jose",
    "said saeed saeid sayid sayeed saed", "khalid khaled halid", "abdullah abdallah abdulla abdalla abdellah abdoullah cabdullaahi cabdullaah",
    "abdul abd abdel abdal abdoul abdol abdur abdus abdu", "ali aly", "ibrahim ebrahim ibraheem brahim abraham avraham avram", "ismail ismael esmail ismaeel smail",
    "isa issa eisa essa ciise", "musa moussa mousa moses moshe", "uthman othman osman usman ousmane cusmaan", "sulayman suleiman solaiman soleyman suleman sulaiman suleyman solomon salomon",
    "dawud dawood daoud daud davud david", "yaqub yakub yaqoob yacoub jacob jakob", "yahya yehia yahia", "rahman rehman rahmaan", "rashid rasheed rachid", "karim kareem",
    "aziz azeez", "hamid hameed", "rahim raheem", "majid majeed", "latif lateef", "mahmud mahmoud mahmood mehmood makhmud", "masud masood massoud masoud mesud", "daesh isis isil",
    "qadhafi gaddafi qaddafi kadhafi gadhafi", "jamal gamal djamel jamel", "jihad djihad", "laden ladin", "sheikh shaykh sheik", "abu abou abo", "umm um oum",
    "din deen eddine uddin addin udin", "allah ullah", "tayyiba taiba toiba tayyaba taibah tayba tayyeba", "lashkar lashker", "jaish jaysh jaysh-e", "jamaat jamaah jamaa jamiat jama'at",
    "alexander alexandre aleksandr alexandr oleksandr alejandro alessandro iskander alex sasha", "michael mikhail michel miguel mihail mike mykhailo michal",
    "john johann johannes jean juan ivan ioan jan giovanni jon hans yahya", "peter pyotr petr pierre pedro pietro piotr", "paul pavel paulo pablo paolo pawel",
    "george georg georges jorge giorgi georgi yuri juri iurii jury", "nicholas nikolai nicolas nikolay mykola nick nikola", "sergei sergey serge sergio serhii siarhei", "andrew andrei andrey andre andreas andrii andres",
    "dmitry dmitri dmitriy dzmitry dmytro dimitri", "vladimir volodymyr uladzimir wladimir", "william bill billy will willem wilhelm guillaume guillermo", "robert bob rob bobby roberto", "richard dick rick ricardo",
    "thomas tom tomas tommy", "james jim jimmy jaime", "anthony tony antonio anton antoine", "charles carlos karl carl charlie carlo", "edward ed eduard eduardo ted eddie", "joe joey", "steven stephen steve stefan stephan esteban stefano",
    "frederick friedrich frederic fred frederik fredrik", "francis francisco francois frank franz francesco", "elizabeth liz elisabeth beth", "catherine katherine kate ekaterina katharina kathryn", "evgeny yevgeny evgeni eugene yevgeniy evgeniy ievgen",
    "konstantin constantine", "matthew matt mathieu matteo", "daniel dan danny", "benjamin ben", "lawrence larry laurent", "theodore ted fyodor fedor", "viktor victor", "maria marie mary mariya mariam maryam",
)
# The groups before this one are names of the Muslim world: only they are looked for behind words without vowels.
MUSLIM_NAMES = next(i for i, group in enumerate(_SAME_NAMES) if group.startswith("alexander"))
_SAME_WORDS = (
    "international intl internacional internationale inter", "bank banco banque banka bankası bankasi", "foundation fondation fundacion stiftung", "organization organisation org organizacion", "group grp groupe grupo gruppe",
    "company companhia", "brothers bros", "shipping shpg", "trading trade", "industries industry industrial", "technologies technology tech tekhnologii", "center centre", "petroleum oil", "national natl nacional nationale",
    "manufacturing mfg", "services service svc", "association assoc assn", "department dept", "university univ", "institute inst", "government govt", "transport transportation", "brigade brigades battalion battalions", "front", "army", "movement",
    "saint st", "number no nr", "first 1st", "second 2nd", "third 3rd", "enterprises enterprise", "development dev", "engineering eng", "jewelry jewellery", "holding holdings", "systems system sys", "airlines airline", "republic rep", "exchange exch",
    "islamic islami islamiya islamiyya", "martyrs martyr shuhada", "liberation", "united unified", "relief", "welfare", "charity charitable charities",
)
SAME_NAME: dict[str, int] = {}
for _number, _group in enumerate(_SAME_NAMES):
    for _word in _group.split():
        SAME_NAME.setdefault(_word, _number)
SAME_WORD: dict[str, int] = {}
for _number, _group in enumerate(_SAME_WORDS):
    for _word in _group.split():
        SAME_WORD.setdefault(_word, _number)

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
NUMBER_WORDS: dict[str, str] = {word: str(value) for value, word in enumerate(_ONES.split())}
ROMAN: dict[str, str] = {r: str(n) for n, r in enumerate(["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"], start=2)}

# How much a shared word tells, by how common it is among names of the world: bands from most to least common. A word in
# none of them is rare and tells most. Bands, not counts: they stay true when lists change, so scores do too.
PERSON_BANDS: tuple[tuple[float, frozenset[str]], ...] = (
    (0.30, _words("muhammad mohammed mohammad mohamed mohamad muhammed mohd md ahmad ahmed ali hussein husayn hussain husain hossein hassan hasan khan abdullah abdul abd kim li lee wang zhang chen singh kumar nguyen maria jose john david juan")),
    (0.45, _words(
        """ibrahim ismail omar umar khalid khaled said saeed yusuf youssef mahmud mahmoud mahmood mustafa hamid karim rahman rehman rashid hamza salim salem
        saleh salih abbas jamal nasser nasir hamad bakr bilal tariq anwar akbar iqbal malik shah hashim jaafar jafar musa isa dawud sulayman suleiman uthman othman
        yahya yaqub zaid zayd fatima aisha maryam mariam khadija zahra liu yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo park pak choe choi jong jang kang
        cho yun im han oh shin kwon garcia gonzalez rodriguez hernandez lopez martinez perez sanchez carlos luis jorge antonio francisco manuel jesus pedro michael
        james robert william george thomas paul peter richard charles joseph daniel mark smith jones brown williams johnson miller alexander sergei sergey
        vladimir ivan andrei andrey dmitry mikhail nikolai alexei aleksandr ivanov silva santos sharma gupta patel begum devi hajji mullah rahim aziz majid ghulam jan gul agha
        akhund hajj amin amir hadi mahdi mehdi reza riza haidar hyder qasim kassim tahir zahir nur noor yong chol myong song hyon il sik chun jin nam ho su won un ok hwa mi kyong"""
    )),
    (0.65, _words(
        """faisal faysal fahd sultan salman sami samir walid yasin yassin ziad tawfiq mansur mansour marwan munir nabil qadir raza rauf sadiq sharif siddiq siddiqui
        sohail suhail usman waheed wasim zafar zaki zubair adam adel adnan akram aslam ashraf asad asim aziza baqir basit ghani habib hafiz haq hakim haroon idris imran jalal
        javed jawad kabir kamal khalil latif luqman mubarak mujahid munawar murad nadim naeem nazir nawaz qureshi rafiq riaz riyad sabir safi salahuddin shafiq shahid
        taha talib yunus younis zaman diaz ramirez torres flores rivera gomez moreno jimenez ruiz alvarez romero vargas castillo fernando miguel rafael ramon
        alberto roberto eduardo mario pablo victor viktor igor oleg yuri pavel petrov roman anton maxim denis artem evgeny anatoly boris konstantin stanislav valery
        chong hyok kwang kyu min sang sok sun tae ung yol dong guk chang ri ro ryu sim so yu yon mun paek o pae an no ji wei jun jie ming hong hui qiang fang xin yan ping hai lei
        martin thomas anna ana elena olga natalia irina svetlana elizabeth jennifer jean pierre jacques michel andre mohan ram raj lal prasad das rao reddy das"""
    )),
)
ORG_BANDS: tuple[tuple[float, frozenset[str]], ...] = (
    (0.15, _words("company international trading group general bank islamic organization services industries industry corporation holding investment shipping")),
    (0.30, _words(
        """trade import export development engineering construction commercial industrial national foundation center centre technology technologies oil gas petroleum
        energy marine maritime global united association institute research production company enterprise enterprises republic state party front army movement jihad al
        exchange finance financial insurance transport logistics travel agency iran iranian russia russian syria syrian china chinese korea korean middle east world
        north south west eastern west first new star power electric electronics equipment systems security military defense defence ministry office department aviation
        air airlines airways steel metal chemical petrochemical consulting management solutions capital partners fund funds investments real estate bureau"""
    )),
    (0.50, _words(
        """relief charity charitable welfare committee council union federation society brigade brigades battalion brothers sons mining food foods medical pharmaceutical
        farm agricultural media press university school hospital islam muslim muslims arab arabia iraq iraqi lebanon lebanese pakistan afghanistan afghan india turkey
        dubai emirates gulf black red sea ocean sun golden gold diamond royal city mountain river group network liberation resistance freedom popular people peoples
        democratic revolutionary guard guards command forces force unit special martyrs cooperative factory plant mills works motor motors auto automotive ship ships
        tanker line lines freight cargo customs warehouse supply support business digital data information software computer telecom communications network mobile"""
    )),
)
