"""Intent files that several tests read."""

TEMPLATES = """
intents:
  Timer:
    data:
      - sentences:
          - "(set|start) [a|the] timer for {duration} [called {label}]"
          - "[set] [a] {duration} timer"
          - "(set|start) [a|the] timer"
    slots:
      duration: {type: duration, required: true, min: 1, max: 86400}
      label: text
  Remind:
    data: [{sentences: ["remind me to {task} [{datetime}]", "remind me {datetime} to {task}"]}]
    slots: {task: text}
  Light:
    data:
      - sentences: ["<turn> on [the] {room} light[s]", "set [the] {room} to {0..100:level}[ ](%|percent)"]
        slots: {domain: light}
      - sentences: ["<turn> off [the] {room} light[s]"]
        response: off
  Add:
    data: [{sentences: ["(add|put) {item} (to|on) [my] {list} list"]}]
    slots:
      item: text
      list: {values: [shopping, {in: "(to do|todo)", out: todo}]}
  Time:
    data: [{sentences: ["what's the time", "what time is it [in {place}]"]}]
  Can:
    data: [{sentences: ["can you swim", "(red; blue)", "it's {room:where} - {date:when}"]}]
expansion_rules: {turn: "(turn|switch)"}
lists:
  room: {values: ["(living room|lounge)", kitchen, {in: "(garage)", out: 7}]}
"""

GERMAN = """
language: de
lists:
  raum: {values: [Küche, "(Wohnzimmer|Stube)", Schlafzimmer]}
intents:
  LichtAus:
    description: Licht ausschalten
    data: [{sentences: ["(mach|schalte) [bitte] das Licht (in der|im) {raum} aus", "Licht aus (in der|im) {raum}"]}]
    examples: ["in der {raum} soll es dunkel werden", "ich brauche in der {raum} kein Licht mehr"]
    not: ["mach das Licht an"]
    slots: {raum: {type: raum, required: true, ask: "In welchem Raum?"}}
  Lautstärke:
    data: [{sentences: ["stell die Lautstärke auf {stufe} [Prozent]"]}]
    examples: ["lauter bitte, auf {stufe}"]
    slots: {stufe: {type: number, min: 0, max: 100, required: true, ask: "Wie laut?"}}
  Notiz:
    data: [{sentences: ["(notiere|merke dir) [dass] {text}"]}]
    slots: {text: {type: text, required: true, ask: "Was denn?"}}
"""
