"""The call flow that the tests walk through, in the language of `docs/call-flows.md`."""

MAIN = """\
name: main
languages: [en, de]
start: hello

nodes:
  hello:
    say:
      en: Welcome to the demo shop.
      de: Willkommen beim Demoladen.
    next: opening

  opening:
    when: open
    then: choose
    else: closed

  choose:
    menu:
      en: For billing press 1. For technical help press 2.
      de: Für Rechnungen die 1. Für Technik die 2.
    keys:
      1: billing
      2: technical
    sorry:
      en: That was not one of the choices.
      de: Das war keine der Möglichkeiten.
    no_input:
      en: Take your time.
      de: Lassen Sie sich Zeit.
    tries: 3
    timeout_s: 5
    default: anything

  billing:
    queue: billing
    say:
      en: We connect you with billing.
      de: Wir verbinden Sie mit der Rechnungsstelle.

  technical:
    queue: technical

  anything:
    queue: general
    say:
      en: We connect you with the next free person.
      de: Wir verbinden Sie mit der nächsten freien Person.

  closed:
    hangup: yes
    say:
      en: We are closed now.
      de: Wir haben jetzt geschlossen.
"""
