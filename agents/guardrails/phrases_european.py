"""Phrases by which a text in a European language other than English gives orders to a language model, folded."""

from typing import Final

_GAP: Final = r"(?:\W+[\w'’]+){0,4}?\W*"

EUROPEAN: Final[tuple[tuple[str, str], ...]] = (
    # German
    (
        "override",
        (
            rf"\b(?:ignorier|vergiss|vergess|missacht|uberspring|verwirf|umgeh|beachte)\w*{_GAP}\b(?:anweisung|"
            r"instruktion|vorgabe|regel|befehl|richtlinie|einschrankung|prompt)\w*"
        ),
    ),
    (
        "override",
        r"\b(?:ignorier\w*|vergiss|vergessen sie) (?:bitte )?alles(?:,)? (?:was|obige|bisherige|vorherige|davor|zuvor)",
    ),
    (
        "persona",
        (
            r"\b(?:du bist|sie sind|spiele|tu so|agiere|verhalte dich)\b.{0,60}\b(?:ohne|keine|frei von) (?:\w+ )"
            r"?(?:regeln|einschrankungen|filter|grenzen|beschrankungen)\b|\bentwicklermodus\b"
        ),
    ),
    ("persona", r"\bab (?:jetzt|sofort)\b.{0,20}\b(?:bist du|antworte|antwortest du|du bist|sind sie)\b"),
    (
        "reveal",
        (
            r"\b(?:zeig|verrat|nenn|gib|wiederhol|offenbar|druck|sag|schreib)\w*\b(?: \w+){0,4} (?:dein|ihr|den|das|"
            r"die|eure?)\w* (?:\w+ )?(?:system-?(?:prompt|anweisung|nachricht)\w*|anweisungen|passwort|geheime? \w+|"
            r"prompt)\b"
        ),
    ),
    # French
    (
        "override",
        (
            r"\b(?:ignor|oubli|neglig|contourn|outrepass|desobei|efface|ne (?:tenez|tiens) (?:pas|plus) compte|"
            rf"faites? abstraction)\w*{_GAP}\b(?:instruction|consigne|directive|regle|ordre|commande|restriction|"
            r"prompt)\w*"
        ),
    ),
    ("override", r"\b(?:ignor\w+|oubli\w+) tout ce qu"),
    (
        "persona",
        (
            r"\b(?:tu es|vous etes|agis|agissez|comporte|fais semblant|faites semblant|joue)\b.{0,60}\b(?:sans|"
            r"aucune?) (?:\w+ )?(?:regles?|restrictions?|filtres?|limites?|limitations?|censure)\b|\bmode "
            r"developpeur\b"
        ),
    ),
    ("persona", r"\b(?:a partir de maintenant|desormais|dorenavant)\b.{0,20}\b(?:tu|vous|reponds|repondez)\b"),
    (
        "reveal",
        (
            r"\b(?:montre|revele|affiche|donne|repete|dis|ecris|imprime|divulgue|partage)\w*\b(?:[ -]\w+){0,4} "
            r"(?:ton|ta|tes|votre|vos|le|la|les)\W+(?:\w+ )?(?:(?:prompt|instructions?|message|consignes?)(?: "
            r"(?:systeme|initiale?s?|secrete?s?|cachee?s?|du systeme))?|mots? de passe)\b"
        ),
    ),
    # Spanish
    (
        "override",
        (
            r"\b(?:ignor|olvid|descart|omit|salt|desobede|elud|haz caso omiso|no (?:hagas caso|sigas))"
            rf"\w*{_GAP}\b(?:instruccion|indicacion|regla|orden|directriz|directric|directiva|restriccion|prompt|"
            r"comando)\w*"
        ),
    ),
    ("override", r"\b(?:ignora\w*|olvida\w*) tod[o] lo (?:que|anterior|dicho)"),
    (
        "persona",
        (
            r"\b(?:eres|actua|comportate|finge|haz de|simula)\b.{0,60}\b(?:sin|ninguna?) (?:\w+ )?(?:reglas?|"
            r"restricciones?|filtros?|limites?|limitaciones|censura)\b|\bmodo desarrollador\b"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:a partir de ahora|de ahora en adelante|desde ahora)\b.{0,20}\b(?:eres|responde\w*|actua\w*|vas a|"
            r"seras)\b"
        ),
    ),
    (
        "reveal",
        (
            r"\b(?:muestra|revela|imprime|dime|dame|repite|escribe|ensena|comparte|divulga)\w*\b(?: \w+){0,4} (?:tu|"
            r"tus|su|sus|el|la|las|los) (?:\w+ )?(?:(?:prompt|instrucciones|mensaje)(?: (?:del? sistema|iniciales|"
            r"ocultas|secretas|original(?:es)?))?|contrasena)\b"
        ),
    ),
    # Portuguese
    (
        "override",
        (
            rf"\b(?:ignor|esque[cç]|desconsider|descart|desobede|contorn|pul[ea])\w*{_GAP}\b(?:instruc|instruco|"
            r"orientaco|regra|ordens|diretriz|diretiva|restric|prompt|comando)\w*"
        ),
    ),
    ("override", r"\b(?:ignor\w+|esquec\w+) tudo (?:o )?(?:que|acima|anterior)"),
    (
        "persona",
        (
            r"\b(?:voce e|aja|finja|comporte-se|simule|atue)\b.{0,60}\b(?:sem|nenhuma?) (?:\w+ )?(?:regras?|"
            r"restrico\w+|filtros?|limites?|limitaco\w+|censura)\b|\bmodo (?:de )?desenvolvedor\b"
        ),
    ),
    ("persona", r"\b(?:a partir de agora|de agora em diante)\b.{0,20}\b(?:voce|responda|aja|seja|sera)\b"),
    (
        "reveal",
        (
            r"\b(?:mostre|revele|imprima|diga|repita|escreva|exiba|compartilhe|divulgue)(?:-me)?\b(?: \w+){0,4} "
            r"(?:seu|sua|seus|suas|teu|tua|o|a|as|os) (?:\w+ )?(?:(?:prompt|instruco\w+|mensagem)(?: (?:do sistema|"
            r"iniciais|ocultas|secretas|original|originais))?|senha)\b"
        ),
    ),
    # Italian
    (
        "override",
        (
            r"\b(?:ignor|dimentic|trascur|scart|tralasci|aggir|disobbedi|non (?:seguire|tenere conto))"
            rf"\w*{_GAP}\b(?:istruzion|indicazion|regol|ordin[ie]|direttiv|linee guida|restrizion|prompt|comand)\w*"
        ),
    ),
    ("override", r"\b(?:ignora\w*|dimentica\w*) tutto (?:cio|quello)"),
    (
        "persona",
        (
            r"\b(?:sei|agisci|comportati|fingi|simula|fai finta)\b.{0,60}\b(?:senza|nessuna?) (?:\w+ )?(?:regol[ae]|"
            r"restrizioni|filtri|limiti|limitazioni|censura)\b|\bmodalita sviluppatore\b"
        ),
    ),
    ("persona", r"\b(?:d'ora in poi|da ora in poi|da questo momento)\b.{0,20}\b(?:sei|rispondi|agisci|devi|sarai)\b"),
    (
        "reveal",
        (
            r"\b(?:mostra|rivela|stampa|dimmi|dammi|ripeti|scrivi|condividi|divulga)\w*\b(?: \w+){0,4} (?:tuo|tua|"
            r"tue|tuoi|il|la|le|i)\W+(?:\w+ )?(?:(?:prompt|istruzioni|messaggio)(?: (?:di sistema|del sistema|"
            r"iniziali|nascoste|segrete|originali))?|password)\b"
        ),
    ),
    # Dutch
    (
        "override",
        (
            rf"\b(?:negeer|vergeet|sla|omzeil|overtreed|verwerp|schend)\w*{_GAP}\b(?:instructie|aanwijzing|opdracht|"
            r"regel|richtlijn|bevel|beperking|prompt)\w*"
        ),
    ),
    ("override", r"\b(?:negeer|vergeet) alles (?:wat|hierboven|hiervoor)"),
    (
        "persona",
        (
            r"\b(?:je bent|u bent|doe alsof|gedraag je|speel)\b.{0,60}\b(?:zonder|geen) (?:\w+ )?(?:regels|"
            r"beperkingen|filters?|grenzen|limieten|censuur)\b|\bontwikkelaarsmodus\b"
        ),
    ),
    ("persona", r"\bvanaf nu\b.{0,20}\b(?:ben je|antwoord|bent u|je bent|moet je)\b"),
    (
        "reveal",
        (
            r"\b(?:toon|onthul|print|geef|herhaal|schrijf|deel|vertel|laat)\w*\b(?: \w+){0,4} (?:je|jouw|uw|het|de) "
            r"(?:\w+ )?(?:systeem-?(?:prompt|instructies?|bericht)|instructies|wachtwoord|prompt)\b"
        ),
    ),
    # Polish
    (
        "override",
        (
            r"\b(?:zignoruj|ignoruj|zapomnij|pomin|odrzuc|obejdz|nie (?:stosuj|przestrzegaj))"
            rf"\w*{_GAP}\b(?:instrukcj|polecen|wytyczn|zasad|regul|rozkaz|ograniczen|prompt)\w*"
        ),
    ),
    (
        "reveal",
        (
            r"\b(?:pokaz|ujawnij|wypisz|podaj|powtorz|napisz|zdradz)\w*\b(?: \w+){0,4} (?:swoj\w*|twoj\w*|sw[ae]|"
            r"systemow\w+) (?:\w+ )?(?:prompt|instrukcje|polecenia|hasło|haslo)\b"
        ),
    ),
    # Russian
    (
        "override",
        (
            r"(?:игнорир|проигнорир|забуд|отброс|пропуст|не обращаи\w* внимания на|не следу|обоид|наруш)\w*(?:\W+\w+)"
            r"{0,4}?\W*(?:инструкц|указани|правил|команд|директив|распоряжени|ограничени|промпт|предписани)\w*"
        ),
    ),
    ("override", r"(?:игнорируи|забудь)\w* (?:про )?все,? (?:что|выше|предыдущ)"),
    (
        "persona",
        (
            r"(?:ты|вы|притворись|представь|веди себя|деиствуи)\b?.{0,60}(?:без|никаких) (?:\w+ )?(?:правил|"
            r"ограничении|фильтров|цензуры)|режим\w* разработчика"
        ),
    ),
    ("persona", r"(?:с этого момента|отныне|теперь ты)\b?.{0,20}(?:ты|вы|отвечаи|будешь|деиствуи)"),
    (
        "reveal",
        (
            r"(?:покажи|раскрои|выведи|напечатаи|повтори|скажи|напиши|сообщи|выдаи)\w*(?: \w+){0,4} (?:свои\w*|"
            r"твои\w*|ваш\w*|системн\w+|секретн\w+|скрыт\w+) (?:\w+ )?(?:промпт|инструкци|указани|пароль|подсказк|"
            r"сообщени)\w*"
        ),
    ),
)
