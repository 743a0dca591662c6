# English. One sentence a key; `{ $n }` is a number. A test compares all languages and names every gap.


# The frame
menu = Menu
skip = Skip to the content
sign-in = Sign in
sign-out = Sign out
account = Your account
published = Published
nav-queue = Now
nav-reports = Reports
nav-places = Places
nav-pairs = Same person?
nav-estimate = How many
nav-money = Money
nav-cases = Cases
nav-referrals = Referrals
nav-briefs = Briefs
nav-members = Members and partners

# The way in
login = Login
phrase = Pass phrase
phrase-new = Pass phrase, at least 12 characters
phrase-again = The same again
code = Code of the second factor, if you have one
sign-in-wrong = Login, pass phrase or code is wrong.
join = Join this hub
join-role = You are invited as
join-why = Your pass phrase opens what is sealed here; nobody can restore it for you.
join-login-wrong = A login has letters, digits, dots and dashes only, at most 40.
join-phrase-short = The pass phrase needs at least { $n } characters.
join-phrase-differs = The two pass phrases differ.
second-factor = Second factor
second-factor-on = A second factor is set. Setting another replaces it.
second-factor-off = No second factor is set. With one, a stolen pass phrase is not enough.
second-factor-secret = Enter this secret into an authenticator program, then its code below:
second-factor-set = Set the second factor

# The queue
queue-title = What needs me now
queue-empty = Nothing waits. New reports and answers appear here.
queue-overdue = Overdue: { $n } without an answer
queue-days-over = { $n ->
    [one] one day over
   *[other] { $n } days over
}
queue-incoming = Asked of us: { $n }
queue-cases = Cases by urgency
queue-all = See all
queue-questions = { $n ->
    [one] One place to decide
   *[other] { $n } places to decide
}
queue-pairs = { $n ->
    [one] One pair to judge: the same person?
   *[other] { $n } pairs to judge: the same person?
}
queue-documents = { $n ->
    [one] One report in all
   *[other] { $n } reports in all
}
due = Answer due
overdue = overdue
child = child
synthetic = synthetic
synthetic-note = People in this are invented for the demonstration.

# Reports
report-new = Take in a report
report-new-why = Paste or upload it as it came. The original is kept unaltered; what is found in it is a proposal with its words.
reports-empty = No report has been taken in yet.
paste = Paste
upload = Upload
text = Text
file = File: text, web page, PDF, DOCX, ODT, RTF, sheet, mail, chat, picture or ZIP archive
source = Source
grade = Grade
published-on = Published on
source-hint = An organization or a role; it is printed in briefs. Name no private person.
mark-public = It is public (a study, a press article): briefs may print its words
mark-synthetic = The people in it are invented
take-in = Take in
received = Received
claims = Claims
earlier-claims = Earlier claims
further-claims = Further claims
claims-n = { $n ->
    [one] One claim
   *[other] { $n } claims
}
people = People
newer = Newer
page-before = Page before
page-after = Next page
older = Older
evidentiary = The bytes as they came
working-copy = Working copy
working-cut = The working copy is longer than this page shows.
columns-title = Which column holds what?
columns-why = Proposed from the headers. Look at the samples, correct what is wrong and confirm: rows become people only then. Sheets with the same headers will need no other word.
columns-none = No sheet of this report waits for an answer.
columns-confirm = Confirm and take the rows
report-back = Back to the report
column = Column
holds = Holds
date-order = Dates in figures
samples = First cells
order-unsaid = not said: doubtful dates are named
order-day = day first
order-month = month first
order-year = year first
holds-name = name
holds-given-name = given name
holds-family-name = family name
holds-birth-date = birth date
holds-nationality = nationality
holds-passport = passport
holds-phone = telephone
holds-place = last place
holds-note = kept as a note
holds-ignored = left out
sheet-n = Sheet { $n }
rows-taken = rows taken
rows-kept = people kept
rows-faulty = rows with a doubtful cell
faults-n = { $n ->
    [one] One cell is not what its column holds
   *[other] { $n } cells are not what their column holds
}
faults-why = Its words are kept in the person's note. A row that names nobody is not kept.
fault-not-a-date = no date
fault-which-first = day or month first?
fault-not-a-name = no name
fault-not-a-passport = no passport number
fault-not-a-phone = no telephone number
fault-not-a-country = no country
fault-nobody = the row names nobody
wrong-columns = The columns could not be read from this form: open the page again.
form-of-document = Form
came-within = Came within
enclosed-n = { $n ->
    [one] One document within it
   *[other] { $n } documents within it
}
unread-n = { $n ->
    [one] One stretch was not read
   *[other] { $n } stretches were not read
}
unread-why = Nothing is guessed. Read these in the original and type what matters as a report of its own.
format-text = text
format-html = web page
format-pdf = PDF
format-docx = DOCX
format-odt = ODT
format-rtf = RTF
format-csv = sheet (CSV)
format-workbook = sheet
format-mail = mail
format-chat = chat
format-archive = archive
format-submission = form
format-media = picture or recording, unread
unit-line = line
unit-paragraph = paragraph
unit-page = page
unit-cell = cell
unit-message = message
unit-header = header
unit-answer = answer
kind = Kind
value = Value
words = Words, and where they stand
rule = Rule
kind-place = place
kind-count = count
kind-money = money
kind-date = date
kind-statement = statement
kind-url = web address
kind-email = mail address
kind-phone = telephone
kind-address = ledger address
bound-at-least = at least
bound-more-than = more than
bound-at-most = at most
bound-less-than = fewer than
bound-about = about
bound-vague = not stated, at least
bound-capacity = room for
role-operation-site = scam operations are said to be here
role-container = holds a named site
role-other = no site
mode-direct = in their words
mode-indirect = reported
mode-no-comment = no comment
check-verified = checksum holds
check-none-possible = no check digit in this form: one wrong character would not be noticed

# Places
places-note = Points are moved to a grid of a tenth of a degree. A place of the register repeats what public reports name; it is not a finding.
places-map = Places of the register
places-quiet = In the register, and nothing said yet
place = Place
precision = Precision
precision-site = the place itself
precision-town = within a few kilometres
precision-district = within tens of kilometres
precision-country = the middle of the country
standing = Why it is here
standing-site = named in public reports
standing-area = area or transit; accuses no one
place-site-note = Public reports name this place as holding scam operations. That is what they say, not a finding.
place-area-note = This is an area, a town or a way through. Being listed accuses no one.
place-within = Within
place-names = Other names
place-coarse = Point that may be published
place-no-point = no point
place-exact = Exact point
place-exact-held = held, sealed
place-exact-none = none is held here
place-exact-open = Open it
place-exact-new = Latitude and longitude as told; sealed at once
place-exact-keep = Keep it sealed
place-said = What was said, by date
place-nothing = No report here names it yet.
date = Date
role = What the text says
questions = Names that several places bear
questions-note = Nothing near the name decides which place is meant. Your answer supersedes the claim and can be corrected again.
questions-none = No question is open.
in-report = in this report
none-of-these = None of these
answer = Answer

# Pairs
pairs-note = Each bar is what one field adds to the odds, in bits. Nothing is joined without a judgement or a stated threshold, and every judgement can be taken back.
pairs-run = Compare all records again
pairs-none = No pair is worth a judgement.
pairs-chance = The same person: { $p } % likely
pairs-waterfall = How the match weight came about
field = Field
compared = Compared
bits = Bits
judged = Judged:
judge-withdraw = Take it back
outcome-same = Same person
outcome-different = Different
outcome-unsure = Unsure
case-from-record = Open a case
field-prior = starting odds
field-name = Name
field-birth-date = Birth date
field-nationality = Nationality
field-passport = Passport
field-phone = Telephone
field-last-place = Last known place
field-family = Who is with them, one a line
field-reference = Reference
field-service = What is asked
field-needs = Needs
field-risk = Risk
field-child = Child
field-compelled-act = Compelled act
field-non-punishment = Non-punishment
field-transfers = Transfers
level-different = different
level-one-part-alike = one part alike
level-nearly-the-same = nearly the same
level-the-same = the same
level-same-year = same year
level-a-slip-apart = a slip apart
level-one-character-apart = one character apart
level-not-given = not given

# Estimate
estimate-title = How many were never recorded
estimate-note = Lists that overlap say something about those on none of them. When they cannot carry a figure, none is given.
estimate = Estimate
estimate-people = { $n } people are on at least one list.
estimate-forest = Estimates and their intervals
estimate-store = Estimate from the lists of our sources
estimate-table = A table: a 0/1 column for each list, and count
estimate-run = Estimate
verdict = Verdict
verdict-estimable = estimable
verdict-fragile = fragile
verdict-lower-bound-only = lower bound only
verdict-refused = refused
verdict-says-estimable = The lists carry this figure within its interval.
verdict-says-fragile = The figure may be quoted only together with the reasons below.
verdict-says-lower-bound-only = Say “at least”; no upper figure can be defended.
verdict-says-refused = These lists cannot carry a figure. Quote none.
method = Method
method-main-effects = independent lists
method-chao = Chao's lower bound
lists = Lists
from = From
to = To
run = Run

# Money
money-note = { $n } transfers are in the ledger. An address is shown only when its checksum holds or its form has none.
money-paste = Pasted text
money-find = Find addresses
money-found = { $n ->
    [one] One address
   *[other] { $n } addresses
}
money-tx = Transaction that the victim paid
money-trace = Follow it
ledger-title = The ledger
ledger-file = Transfers: CSV with token_address, from_address, to_address, value and transaction_hash
ledger-add = Add transfers
ledger-added = { $n ->
    [one] One transfer was added.
   *[other] { $n } transfers were added.
}
ledger-known = { $n } were here already.
ledger-zeros = { $n } of no value were left out.
tags-file = Labels: CSV with address, kind and entity
tags-source = Who says whose addresses they are
tags-add = Add labels
tags-added = { $n ->
    [one] One label was added.
   *[other] { $n } labels were added.
}
trace-title = Where it went
trace-rule = Rule: first in, first out (Clayton's Case). Another rule may give another answer; one is chosen before and kept throughout.
trace-reported = Reported
trace-services = Reached services that can freeze it
trace-dormant = Has not moved since
trace-cut = Search cut here
trace-step = Step
trace-tx = Transaction
trace-end = Then
amount = Amount
terminal-service = at a service
terminal-dormant = rests
terminal-spent = moved on
terminal-budget = not followed further

# Cases
cases-empty = No case is open.
case-new = Open a case
case-new-why = Enter what is known and leave the rest empty. Names and places are sealed; who opens them is journalled.
case-open = Open the case
needs = Needs
risk = Risk
risk-low = low
risk-medium = medium
risk-high = high
risk-extreme = extreme
signals = Signals
signal-in-danger-now = in danger now
signal-medical = needs a doctor
signal-ransom-deadline = ransom deadline
signal-contact-lost = contact lost
signal-moved-soon = to be moved soon
child-doubt = A child, or possibly one
compelled = What the person was made to do
compelled-hidden = never shown to anyone outside
elements = Act, means, purpose
elements-complete = All elements of trafficking are supported.
elements-open = Not all elements are supported yet; “not asked” is not “no”.
element-act = Act
element-means = Means
element-purpose = Purpose
finding-supported = supported
finding-contradicted = contradicted
finding-not-asked = not asked
finding-no-answer = asked, no answer
record = Record
consent = Consent
consent-none = No consent is recorded. Nothing can be sent without it.
consent-missing = The person has not consented to this kind of recipient. Ask, record it, then send.
consent-until = Until (the last day)
consent-withdraw = Withdraw, and recall what was sent
consent-over = withdrawn or over: recall what was sent
recipient = Kind of recipient
purpose = Purpose
given = How it was given
given-person = in person
given-phone = by telephone
given-guardian = by a guardian, with the child's assent
refer = Refer to a partner
partners-none = No partner is enrolled yet.
partner = Partner
service = What is asked
service-hint = It is signed and can be read by whoever verifies the receipts: name nobody.
preview = Preview
preview-note = Exactly this is sent, and nothing else.
why = Why they need it
withheld = Withheld
withheld-policy = their kind of recipient never gets it
withheld-not-needed = not needed for what is asked
send = Send
back = Back

need-rescue = rescue
need-medical-care = medical care
need-shelter = shelter
need-protection-of-family = protection of the family
need-contact-with-family = contact with the family
need-interpreter = interpreter
need-travel-document = travel document
need-verification-of-nationality = verification of nationality
need-legal-help = legal help
need-psychosocial-support = psychosocial support
need-money-for-the-way = money for the way
need-return = return

# Referrals
referral = Referral
referrals-empty = Nothing has been referred yet.
direction = Direction
outgoing = to them
incoming = to us
state = State
state-sent = sent
state-received = received
state-opened = opened
state-accepted = accepted
state-declined = declined
state-acted = acted
state-closed = closed
state-recalled = recalled
state-erased = erased, and signed so
open = Open
open-note = Opening tells the sender that somebody has read it.
what-was-sent = What was sent
next = Next step
step-accept = Accept
step-decline = Decline
step-act = Record what was done
step-close = Close
step-recall = Recall everything
reason = Reason
done = What was done
decline-not-our-mandate = not our mandate
decline-no-capacity = no capacity
decline-not-our-national = not our national
decline-person-not-found = person not found
decline-already-served = already served
decline-unsafe = unsafe
receipts = Receipts, each signed
when = When
signed-by = Signed by
bundle-file = Bundle from a stick
bundle-save = Save the newest bundle to a file

# Briefs
title = Title
brief-draft = Draft from all reports about real events
briefs-empty = No brief yet.
asked-title = Who was asked
asked-note = A brief prints every question below with its answer, or with the days that passed without one.
asked-body = Whom did you ask?
asked-question = What did you ask?
asked-new = Record the question
asked-answer = Their answer
asked-record = Record it
draft = Draft
draft-note = A draft: read every note before you publish. It cannot be changed afterwards, only followed by another.
publish = Publish
open-data = Open data
release-none = No table has been released.
release-note = People by nationality and country; counts below ten, and those that would give one away, are withheld.
release-make = Release a table
public-note = Every figure leads to the words it rests on.

# Members
role-member = Role
viewer-caseworker = caseworker
viewer-coordinator = coordinator
viewer-analyst = analyst
viewer-investigator = investigator
viewer-editor = editor
viewer-administrator = administrator
viewer-protection = protects (consulate, shelter, hospital, NGO)
viewer-enforcement = enforces (police, prosecutor, immigration)
viewer-exchange = can freeze money
invite = Make a one-time link
invite-once = Shown once, for three days; give it to the person over a channel you trust:
disable = End the account
disabled = ended
partners = Partners
our-fingerprint = Our fingerprint, to be read aloud:
our-card = Our card, for partners to enrol
fingerprint = Fingerprint
fingerprint-heard = Fingerprint you heard from them
enrol-note = Call the partner on a number you know and compare the fingerprint before you enrol the card. What they may be sent hangs on what they are.
partner-card = The partner's card
partner-kind = What they are, as you know them (the card must say the same)
enrol = Enrol
revoke = Revoke
revoked = revoked
journal = Journal
journal-note = Each row rests on the one before by its hash. Ids only; no identity is ever written here.
who = Who
act = Act
subject = Subject

# When something did not happen
failure-403 = This is not open to you
failure-404 = There is nothing here
failure-409 = This could not be done
failure-422 = Something is missing or cannot be read
failure-429 = Too many attempts
failure-500 = The hub failed
wrong-role = Your role does not come here. Whoever administers this hub can say who does.
wrong-address = Nothing stands at this address, or it is not yours to see.
wrong-stale = This form is from another session: go back, reload the page and send it again.
wrong-store = The store could not do this; the administrator's log says why.
wrong-attempts = Wait a quarter of an hour, then try again.
wrong-form-large = The form is larger than a form may be.
wrong-upload = The upload stopped, or is larger than a document may be.
wrong-source = A report needs its source: who gave it to us.
wrong-date = A date is written as 2026-03-05.
wrong-choice = Choose one of the values that the form offers.
wrong-service = Say what you ask of them.
wrong-done = Say what was done.
wrong-why = Say why it is recalled.
wrong-nothing-to-carry = This referral has nothing to carry.
wrong-title = A brief needs a title.
wrong-own-account = Nobody ends their own account: ask another administrator.
wrong-secret = The secret was altered: reload the page.
wrong-code = The code is not right: check that the device's clock is, and enter the newest code.
wrong-tag-source = A label needs its source: who says whose address it is.
wrong-no-release = No open data has been released yet.
