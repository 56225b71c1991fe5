"""Words that wound, in a dozen languages: a small list of our own, without those that also mean something harmless.

It is not meant to be complete: people who need more name their words in the policy. `killing` a process, a dog's
`attack`, a `shot` of coffee are not toxic, so nothing here is about violence unless it is aimed at somebody.
"""

from typing import Final

INSULTS: Final = (
    "idiot* imbecile* moron* dumbass retard retards retarded scum asshole* arsehole* bastard bitch* cunt* "
    "dickhead* motherfucker* fucker* shithead* slut* whore* wanker* twat* prick piece_of_shit piece_of_garbage "
    "piece_of_trash son_of_a_bitch scumbag* jackass* dipshit* arschloch* hurensohn* wichser* fotze* schlampe* "
    "missgeburt* spast* vollidiot* drecksau* connard* connasse* salope* encul* fils_de_pute pute batard* ordure "
    "hijo_de_puta hijos_de_puta gilipollas cabron* puta pendejo* maricon* imbecil* stronz* puttana "
    "figlio_di_puttana coglione* bastardo* troia filho_da_puta caralho arrombado* otario* cuzao vagabunda "
    "klootzak* kankerlijer* hoer* kutwijf mongool eikel* kurwa skurwysyn* pierdol* debil* suka orospu* siktir* "
    "amk gerizekali сука блядь мудак* пидор* дебил* ублюд* идиот* тварь 傻逼 操你妈 王八蛋 混蛋 去死 バカ野郎 "
    "くそったれ 死ね 씨발 개새끼 병신 كلب حمار شرموطة चूतिया मादरचोद हरामी"
)
"""Toxic when somebody is called so."""

PROFANITY: Final = (
    "fuck* shit* bullshit crap goddamn piss_off scheisse verdammte* merde putain joder mierda cazzo vaffanculo porra "
    "foda* godverdomme kut cholera хуй* пизд* 妈的"
)
"""Rude, and aimed at nobody."""

HATE: Final = (
    "subhuman* vermin_like untermensch* white_power heil_hitler gas_the_jews death_to_all exterminate_the "
    "exterminate_all should_all_be_killed should_all_be_shot should_be_exterminated deserve_to_die "
    "go_back_to_your_country race_traitor* master_race ethnic_cleansing_is_good auslander_raus judensau "
    "sieg_heil mort_aux muerte_a_los"
)
"""Against whole groups."""

PERSON: Final = (
    r"(?:you|u|him|her|them|your (?:\w+ )?(?:family|mother|mom|father|dad|wife|husband|kids?|children|sister|brother)|"
    r"my (?:\w+ )?(?:wife|husband|ex|boss|neighbou?rs?|mother|mom|father|dad|sister|brother|girlfriend|boyfriend|"
    r"teacher|coworker|colleague|roommate|kids?|child(?:ren)?)|this (?:man|woman|guy|girl|person)|someone|somebody|"
    r"(?:all |every |those |these )?(?:people|women|men|children|jews|muslims|christians|blacks|gays|immigrants))"
)
"""Who can be threatened, in the folded view."""

THREATS: Final = (
    r"\b(?:i(?:'ll| will| am going to|'m going to|'m gonna| want to| would love to)|we(?:'ll| will| are going to)|"
    r"someone should|somebody should|how (?:do|can|could|to|would|should)(?: i| you| we| one)?|gonna|let's|"
    r"help me)\s+(?:\w+ ){0,2}"
    r"(?:kill|murder|hurt|stab|strangle|poison|rape|torture|beat up|shoot|assault|kidnap|dox|lynch|blackmail|stalk)\s+"
    + PERSON
    + r"\b|\b(?:kill|hang) (?:yourself|urself)\b|\bgo die\b|\bkys\b|\byou (?:should|must|will|need to) die\b"
    r"|\bi hope (?:you|he|she|they) (?:die|dies|get cancer|suffers?)\b|\bich bring(?:e)? dich um\b|\bje vais te tuer\b"
    r"|\bte voy a matar\b|\bti ammazzo\b|\bvou te matar\b|\bik vermoord je\b|забью тебя|тебя убью|убью тебя"
)
"""Violence announced, wished or planned against somebody."""

HARMLESS: Final = (
    "game games gta minecraft fortnite call_of_duty hitman sims chess npc boss_fight level character characters "
    "novel movie film story play theatre plot book dungeon dnd process processes thread threads daemon linux "
    "unix python server job jobs pod container command bug mosquito* weed weeds bacteria virus lice ants "
    "cancer_cells with_kindness joke photo photos video camera basketball ball portrait hoop quote quotes "
    "translate meaning mean means word etymology insult insults offensive slur slurs called_me calls_me "
    "said_to_me"
)
"""Nearby, these say that nobody is meant, or that somebody asks about a word."""

DIRECT: Final = (
    r"\b(?:you|u|you're|youre|ur|you are|u r)\s+(?:(?:so|such|really|just|all|too|fucking|are|a|an|the|most)\s+){0,3}"
    r"(?:stupid|dumb|pathetic|worthless|losers?|disgusting|ugly|brainless|braindead|good for nothing|waste of space)\b"
)
"""Adjectives that are insults when somebody is told that they are so."""

AIMED: Final = (
    "you u ya you're youre ur he she they he's she's they're his her their your these those du ihr tu vous eres "
    "sei voce jij je ты вы 你 お前 너"
)
"""Somebody is meant."""
