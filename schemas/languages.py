"""The code of a language in, what is known of its words out: its stemmer, and words that tell nothing about a text.

Such words are articles, pronouns, prepositions and auxiliaries, case-folded. Common words weigh little in a search
anyway, so a language without a list here only has a larger index. The lists are short on purpose: a word that can also
be a noun or a name in its language is not in them.
"""

from typing import Final

_CODES: Final = {
    "arabic": "ar arz",
    "armenian": "hy",
    "basque": "eu",
    "catalan": "ca",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "esperanto": "eo",
    "estonian": "et",
    "finnish": "fi",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hindi": "hi",
    "hungarian": "hu",
    "indonesian": "id",
    "irish": "ga",
    "italian": "it",
    "lithuanian": "lt",
    "nepali": "ne",
    "norwegian": "no nn",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "romanian": "ro",
    "russian": "ru",
    "serbian": "sr hr bs sh",  # one language to the stemmer, four to a detector that takes one for the other
    "spanish": "es",
    "swedish": "sv",
    "tamil": "ta",
    "turkish": "tr",
    "yiddish": "yi",
}
SNOWBALL: Final = {code: algorithm for algorithm, codes in _CODES.items() for code in codes.split()}
"""Name of the stemmer in Snowball, by the ISO 639 code of the language."""

_ENGLISH = """
a about after again all also am an and any are as at be because been before being between both but by can could did do
does doing down during each for from further had has have having he her here hers him his how i if in into is it its
just me more most my no nor not of off on once only or other our out over own s same she should so some such t than
that the their theirs them then there these they this those through to too under until up very was we were what when
where which while who whom why will with would you your yours
"""
_GERMAN = """
aber als am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den denn der des dich die dies
diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer eines er es euch euer für gegen hat
hatte hatten ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann können
man mein meine mich mir mit nach nicht noch nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so
soll sollen über um und uns unser unsere unter vom von vor wann war waren warum was weil welche welchem welchen
welcher welches wenn wer werden wie wieder wir wird wo wurde wurden zu zum zur zwischen
"""
_FRENCH = """
à ai au aucun aussi autre aux avec avez avons c ce ceci cela ces cet cette ceux chaque comme comment d dans de des
donc du elle elles en entre est et étaient était être eu eux il ils j je l la le les leur leurs lors lui m ma mais me
même mes mon n ne ni nos notre nous on ont ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi
s sa sans se sera ses si son sont sous sur t ta te tes ton tous tout toute toutes très tu un une vos votre vous y
"""
_SPANISH = """
a al algo ante antes aquel aquella aquello así aunque cada como cómo con contra cual cuál cuales cuáles cuando cuándo
de del desde donde dónde durante e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está están
estas este esto estos fue fueron ha han hasta hay la las le les lo los más me mi mis muy ni no nos nosotros o otra
otras otro otros para pero por porque que qué quien quién quienes se sea ser si sí sido sin sobre son su sus también
te tiene tienen todos tu tus u un una unas uno unos usted y ya yo
"""
_ITALIAN = """
a agli ai al alla alle allo anche c che chi ci come con cosa cui d da dagli dai dal dalla dalle dallo de degli dei del
della delle dello di dov dove e è era erano essere fra gli ha hanno ho i il in io l la le lei li lo loro lui ma mi mia
mie miei mio ne negli nei nel nella nelle nello noi non nostra nostro o ogni per perché più può quale quali quando
quanto quella quelle quelli quello questa queste questi questo se si sia siamo sono su sua sue sugli sui sul sulla
sulle suo suoi tra tu un una uno v vi voi
"""
_PORTUGUESE = """
a à ao aos aquela aquele aquilo as às até com como da das de dela dele deles depois do dos e é ela elas ele eles em
entre era eram essa essas esse esses esta está estão estas este estes eu foi foram há isso isto já lhe lhes mais mas
me mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o onde os ou para pela pelas pelo pelos por
porque qual quais quando que quem são se sem ser seu seus só sua suas também te tem têm teu tua um uma você vocês
"""
_DUTCH = """
aan al alle als bij daar dan dat de deze die dit door een en er haar had hebben heeft hem het hij hoe hun ik in is je
kan kunnen maar me meer met mij mijn na naar niet nog nu of om omdat ons onze ook op over te tegen tot u uit uw van
veel voor waar waarom wanneer waren was wat we welk welke werd wie wij word worden wordt ze zich zij zijn zo zou
"""
_SWEDISH = """
alla att av bara blev bli blir de deras dem den denna dess dessa det detta dig din du där då efter ej eller en er ett
från för ha hade han hans har hennes hon honom hur här i icke inte jag kan man med mellan men mig min mitt mot mycket
ni nu när någon något några och om oss på samma sedan sig sin sitt själv skulle som så till under upp ut utan vad var
vara varför vem vi vid vilka vilken vilket vår är över
"""
_DANISH = """
af alle at blev blive bliver da de dem den denne der deres det dette dig din du efter eller en end er et for fordi fra
han hans har have havde hende hendes her hun hvad hvem hvilken hvilket hvis hvor hvordan hvorfor hvornår i ikke ind
jeg kan man med meget men mig min mit mod når ned noget nogle nu og også om op os på sig sin sit som så til ud under
var ved vi vil være vores
"""
_NORWEGIAN = """
alle at av ble bli blir da de dem den denne der deres det dette din du eller en er et etter for fordi fra ha hadde han
hans har henne her hos hun hva hvem hvilken hvilket hvis hvor hvordan hvorfor i ikke inn jeg kan man med meg meget men
min mitt mot når noe noen nå og også om opp oss på seg sin sitt skal som så til ut under var ved vi vil vår være
"""
_FINNISH = """
ei eivät emme en että he hän hänen ja jo joka jos jossa jota jotka kanssa kuin kuinka kun me mikä miksi millä minkä
minä missä mitä mukaan mutta myös ne niin niiden niitä noin nyt ole olen oli olivat olla on ovat sekä sen se siellä
siinä sinä sitä tai tämä tämän tässä te tätä vai vain voi
"""
_RUSSIAN = """
а без бы был была были было быть в вам вас весь во вот все всё вы где да для до его ее её если есть еще ещё же за
здесь и из или им их к как какая какие какой когда ко кто ли между меня мне мы на над нас не него нее неё нет ни них
но о об он она они оно от по под после потому почему при про с сам свой себя со так также там тебя то того тоже той
только том ты у уже чего чем что чтобы эта эти это этого этой этом этот я
"""
_POLISH = """
a aby ale bez być był była było były by ci co czy dla do gdy gdzie go i ich ile im inne ja jak jaki jakie jako je jego
jej jest jeszcze jeśli już każdy kiedy kto która które którego której który którzy lub ma mi mnie może można na nad
nam nas nie niż o od on ona one oni oraz po pod ponieważ przed przez przy są się swój ta tak także tam te tego tej ten
to też tu ty tych tylko tym w we więc wy z za ze że
"""
_TURKISH = """
ama ancak bir biz bu bunu çok da daha de değil diye en gibi hangi hem her için ile ise kadar ki kim mı mi mu mü nasıl
ne neden nerede o olan olarak olduğu onlar onun sen siz şu üzere var ve veya ya
"""

STOP_WORDS: Final = {
    "en": frozenset(_ENGLISH.split()),
    "de": frozenset(_GERMAN.split()),
    "fr": frozenset(_FRENCH.split()),
    "es": frozenset(_SPANISH.split()),
    "it": frozenset(_ITALIAN.split()),
    "pt": frozenset(_PORTUGUESE.split()),
    "nl": frozenset(_DUTCH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "da": frozenset(_DANISH.split()),
    "no": frozenset(_NORWEGIAN.split()),
    "nn": frozenset(_NORWEGIAN.split()),
    "fi": frozenset(_FINNISH.split()),
    "ru": frozenset(_RUSSIAN.split()),
    "pl": frozenset(_POLISH.split()),
    "tr": frozenset(_TURKISH.split()),
}
"""By the ISO 639 code of the language."""
