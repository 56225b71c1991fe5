"""Phrases by which an English text asks for what a model was told, imitates a chat, or dictates; for folded text."""

from typing import Final

from agents.guardrails.phrase_words import MODEL, SHOW

ORDERS: Final[tuple[tuple[str, str], ...]] = (
    (
        "reveal",
        (
            rf"\b{SHOW}\b(?:\W+[\w']+){{0,4}}?\W+(?:your) (?:\w+ )?(?:instructions?|prompt|directives?|guidelines|"
            r"programming|secrets?|password|secret key|configuration)\b"
        ),
    ),
    (
        "reveal",
        (
            r"\b(?:the )?(?:text|words|instructions?|message|prompt|everything|sentences|content|conversation) "
            r"(?:above|before this|that (?:come|came) before|you were (?:given|told)|at the (?:start|beginning|top) "
            r"of (?:this|the|our) (?:conversation|chat|prompt|document))"
        ),
    ),
    (
        "reveal",
        (
            r"\b(?:tell|give|reveal|show|print|spell|say|write|share|hand|provide|send)(?: \w+){0,4} (?:the |your "
            r"|that |me )(?:secret |hidden |magic )?(?:pass ?word|passphrase|secret(?: key| word| code| phrase)?|"
            r"passcode)\b"
        ),
    ),
    (
        "reveal",
        (
            r"\b(?:what|which)\b.{0,40}\b(?:word|password|secret|thing)s?\b.{0,30}\b(?:you(?:'re| are| were)?|"
            r"your) (?:not )?(?:supposed|allowed|told|hiding|protecting|guarding|keeping)"
        ),
    ),
    (
        "turn",
        (
            r"<\|?(?:im_start|im_end|system|endoftext|assistant|user|end_of_turn|eot_id|start_header_id|"
            r"begin_of_text)\|?>|<</?sys>>|\[/?(?:inst|system|sys|assistant)\]|</?(?:system|instructions?|assistant|"
            r"untrusted|context|documents?|passages?|sources?|user_?(?:query|input))>|\[?#?(?:assistant|system)"
            r"\]?\(#?(?:message|error|warning)?\)"
        ),
    ),
    (
        "turn",
        (
            r"(?:^|\n)\W{0,4}(?:system|assistant|developer|admin(?:istrator)?|human|ai)(?: (?:message|note|prompt|"
            r"override|instruction|update|command|alert))?\W{0,3}:"
        ),
    ),
    (
        "turn",
        (
            r"\b(?:system|admin(?:istrator)?|developer|security) (?:note|message|override|prompt|instruction|command|"
            r"notice|update|alert)s?\W{0,3}[:>\]]"
        ),
    ),
    (
        "turn",
        (
            r"(?:[-=#*_<\[{]{2,}|</?) ?(?:end|begin|start|stop|close)(?: of)?(?: the)? ?(?:user|system|prompt|"
            r"context|document|documents|email|emails|data|input|instructions?|text|passage|summary|query|"
            r"conversation|message|content)"
        ),
    ),
    (
        "turn",
        (
            r"\bend of (?:the )?(?:context|prompt|documents|passages|user input|system prompt|retrieved \w+|"
            r"instructions|email thread)\b"
        ),
    ),
    (
        "exfiltrate",
        (
            r"\b(?:send|e-?mail|forward|post|upload|transmit|exfiltrate|submit|leak|copy|export|deliver)"
            r"\b(?:\W+[\w'’]+){0,8}?\W+(?:conversation|chat history|chat log|all (?:the )?(?:documents|files|emails|"
            r"data|contacts|messages)|contents of|(?:api|secret|access|private) keys?|passwords?|credentials|system "
            r"prompt|user(?:'s)? (?:data|details|information|messages?)|personal (?:data|information)|(?:this|the) "
            r"(?:context|summary|information|thread))\b.{0,80}?(?:\bto\b.{0,60}@|https?:|\bto (?:the )?(?:following|"
            r"attacker|this address|address))"
        ),
    ),
    (
        "exfiltrate",
        (
            r"!\[[^\]]{0,200}\]\(https?://[^)\s]{1,200}[?&/=](?:\{|\[|<|\$|%7b|%5b|(?:data|secret|history|"
            r"conversation|prompt|summary|text|info|leak|q)=?(?:\{|\[|<|\$|\)))"
        ),
    ),
    (
        "exfiltrate",
        (
            r"\bsend(?:ing)?_?\W?(?:an? )?(?:short |quick |brief |simple )?(?:e-?)?mail\b.{0,120}(?:@|\[at\]|"
            r"contact\b|confirmation\b)"
        ),
    ),
    (
        "exfiltrate",
        (
            r"\b(?:call|invoke|use|execute|run|trigger|issue|make) (?:the |a |an )?(?:\w+ )?(?:tool|function|api|"
            r"plugin|action)(?: call)?\b.{0,60}(?:send|e-?mail|delete|transfer|http|post|upload)|\bsend_e?mail\b|"
            r"\bsendemail\b"
        ),
    ),
    (
        "force",
        (
            r"\b(?:answer|respond|reply|output|say|write|print|return)\b(?: (?:to|with|every|each|all|any|the|this|"
            r"only|back|me|questions?|users?|quer(?:y|ies)|else|it|them|following|subsequent)){0,6} (?:only|"
            r"exclusively|just|nothing but|exactly|solely)\b(?: with| the| by| in| using)*"
        ),
    ),
    (
        "force",
        (
            r"\b(?:only|just|simply) (?:answer|respond|reply|output|say|write|print|return)\b(?: \w+){0,2} (?:the )"
            r"?(?:word|phrase|sentence|string|text)\b"
        ),
    ),
    (
        "force",
        (
            r"\b(?:start|begin|end|preface|prefix|finish|conclude|append)(?:ing)?\b(?: \w+){0,2} (?:every|each|"
            r"all(?: of)?|your) (?:\w+ )?(?:answers?|responses?|repl(?:y|ies)|messages?|sentences?|outputs?|"
            r"summar(?:y|ies))\b"
        ),
    ),
    (
        "force",
        (
            r"\b(?:say|print|output|write|repeat|respond with|answer with|reply with|respond|type) "
            r"[\"'“‘*«](?:[^\"'”’*»\n]{0,60})[\"'”’*»]"
        ),
    ),
    (
        "force",
        (
            rf"\b(?:you|the {MODEL}|your (?:answer|response|reply|output|summary)|every (?:answer|response|reply)) "
            r"(?:must|shall|should|will|have to|need to|are required to) (?:always |now |only |first |instead |also "
            r"|not )*(?:say|answer|respond|reply|recommend|tell|output|include|contain|be|mention|write|print|state|"
            r"praise|claim|rank|ask|refuse|obey|comply|follow)\b"
        ),
    ),
    (
        "address",
        (
            r"\b(?:dear|hello|hi|hey|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|"
            r"important (?:message |note |instructions? )?(?:to|for)|to|for) (?:all |any |the |every |this |my |ai |"
            rf"automated )*{MODEL}s?(?: (?:reading|processing|summari[sz]ing|that|who|which|answering)|"
            rf"\W{{0,2}}[:,!-])"
        ),
    ),
    ("address", rf"\bif (?:you are|you're|this is (?:read|processed) by|read by) an? (?:\w+ )?{MODEL}\b"),
    ("address", r"\b(?:you are|you're|as) (?:chatgpt|an? (?:\w+ )?(?:ai|llm|large language model|language model)\b)"),
    (
        "address",
        (
            r"\b(?:when|while|before|after|if) (?:you )?(?:are )?(?:asked|answer(?:ing)?|summari[sz](?:e|ing)|"
            r"process(?:ing)?|read(?:ing)?)(?: \w+){0,4}\W+(?:always|you must|first|instead|also|please|do not|"
            r"don't|tell|say|include|add|recommend)\b"
        ),
    ),
    (
        "hide",
        (
            r"\b(?:do not|don'?t|never|without|avoid) (?:\w+ )?(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|"
            r"reveal(?:ing)?|show(?:ing)?|let(?:ting)?|notify(?:ing)?|alert(?:ing)?|disclos(?:e|ing))(?: \w+){0,5}? "
            r"(?:to )?(?:the |this |any )?(?:users?|anyone|anybody|human|these instructions?|this (?:instruction|"
            r"message|note|step|prompt))\b"
        ),
    ),
    (
        "hide",
        (
            r"\bwithout (?:the )?(?:user|human|anyone)(?:'s)? (?:knowing|knowledge|noticing|consent|approval|"
            r"confirmation)\b"
        ),
    ),
)
