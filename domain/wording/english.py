"""English, for whoever asks for it: greeting, menus, reports and tracking."""

from __future__ import annotations

from domain.wording.words import Facts, Labels, Words

_FILES = "Do you have photos or files? You can send several."

ENGLISH = Words(
    language="en",
    labels=Labels(
        back="Back",
        skip="Skip",
        cancel="Cancel",
        next="Done, go on",
        resume="Continue",
        confirm="Send it",
        edit="Change",
        agree="I agree",
        named="With my name",
        confidential="Hide my name",
        anonymous="Anonymous",
        ask="Ask a question",
        complain="Report a problem",
        corruption="Report corruption",
        track="Track a report",
        read="Read the answer",
        human="Talk to a person",
        menu="Menu",
        other_language="ภาษาไทย",
        service="Something is wrong",
        request="Ask for a service",
        suggestion="Make a suggestion",
        general="Another complaint",
        place="Send location",
        camera="Take a photo",
        roll="Choose photos",
        same="The same thing",
        different="Something else",
        add="Add something",
        question="Ask the officers",
        withdraw="Withdraw it",
        withdraw_now="Yes, withdraw it",
        keep="No, keep it",
        reopen="Open it again",
        reopen_now="Yes, open it again",
        rate="Rate it",
        comment="Write a comment",
        send="Send",
        stars=("1 Very bad", "2 Bad", "3 Fair", "4 Good", "5 Very good"),
    ),
    facts=Facts(
        what="What",
        where="Where",
        when="When",
        who="Who",
        more="Also",
        evidence="Files",
        identity="You are",
        reporter="From",
        hidden="Hidden from",
        state="Status",
        received="Received",
        kind="Kind",
        code="Tracking code",
        answer="Answer",
        you_added="You added",
        you_asked="You asked",
        you_rated="Your rating",
        taken_back="You took back a message",
        none="None",
        items="{count}",
        not_said="Not given",
    ),
    welcome=(
        "Hello. Choose what you need below. Reports and tracking are in English; "
        "officers read Thai and may answer in Thai."
    ),
    choose_kind="What would you like to report? Choose below, or just type what happened.",
    subjects={
        "corruption": "report of corruption",
        "service": "report",
        "request": "request",
        "suggestion": "suggestion",
        "general": "complaint",
        "add": "addition",
    },
    welcome_back=(
        "You have an unfinished {subject}. Your last message is not part of it yet.\n"
        "Do you want to continue or cancel?"
    ),
    opening_corruption=(
        "Before you send it, you choose whether to give your name, hide it, or stay anonymous.\n"
        "If you stay anonymous, nothing is kept that links the report to your LINE account."
    ),
    opening="Just a few short questions. You can go back or cancel at any time.",
    asks={
        "corruption": {
            "what": "What happened? Tell us in your own words.",
            "where": "Where did it happen? Type the place, or send its location.",
            "when": "When did it happen? A rough answer is fine.",
            "who": "Who is involved? Names, posts or offices, as far as you know.",
            "evidence": (
                "Do you have evidence? You can send several photos or files. Hidden data in photos "
                "is removed, but PDF and Word files may still carry their author's name."
            ),
        },
        "service": {
            "what": "What is the problem? Tell us in your own words.",
            "where": "Where is it? Type the place, or send its location.",
            "evidence": _FILES,
        },
        "request": {
            "what": "Which service do you need, and when? Tell us the details.",
            "where": "Where do you need it? Type the address, or send its location.",
            "evidence": "Do you have documents or photos? You can send several.",
        },
        "suggestion": {
            "what": "What would you like to suggest?",
            "evidence": _FILES,
        },
        "general": {
            "what": "What is your complaint about? Tell us in your own words.",
            "where": "Where did it happen? Type the place, or send its location.",
            "when": "When did it happen? A rough answer is fine.",
            "evidence": _FILES,
        },
    },
    previous="Your earlier answer: {answer}\n(Tap “Skip” to keep it)",
    received_so_far="{count} received. Send more, or go on.",
    identity=(
        "How should the officers know you?\n\n"
        "• With my name: officers see your name and can contact you\n"
        "• Hide my name: we can notify you; officers do not see who you are, "
        "unless two of them agree that there is need\n"
        "• Anonymous: nothing points to you; the code you get is the only way to follow up"
    ),
    consent=(
        "We keep your contact details encrypted, use them for this report alone, "
        "and delete them when you ask.\nDo you agree?"
    ),
    name="What is your full name?",
    phone="Your phone number, or another way to reach you?",
    track="Type your 16-digit tracking code.",
    idle="Type your question.",
    offered="Do you want to report this to the officers? Your message will be its beginning.",
    offered_corruption=(
        "You can report corruption here, anonymously if you like. Tap below to begin with what you "
        "just wrote. If you do not, your message is not kept."
    ),
    hide=(
        "Is there anyone who must not see this? Type or tap the name of an office or officer; "
        "tap it again to remove it. Then go on."
    ),
    hide_list="This report will be hidden from: {names}",
    hide_known="Officers who will be able to read it: {names}",
    hide_unknown="We found no such office or officer, so nothing was hidden. Choose a name below.",
    hide_nobody_left=(
        "Now nobody in this office could read your report. We suggest the National "
        "Anti-Corruption Commission (call 1205) or the Public Sector Anti-Corruption Commission "
        "(call 1206). If you send it here, it waits until somebody else is appointed."
    ),
    found_same="Somebody reported something similar on {day}.",
    found_same_near="Somebody reported something similar on {day}, about {metres} metres away.",
    found_same_state=(
        "Status: {state}\n\nIs it the same thing? If it is, yours joins theirs: officers see that "
        "more people are affected, and you can track it just the same."
    ),
    summary_title="Check before sending",
    summary_note="Tap “Send it” to send. After that you can add to it, but not change it.",
    modes={
        "named": "With your name",
        "confidential": "Name hidden",
        "anonymous": "Anonymous",
    },
    kinds={
        "corruption": "Corruption",
        "service": "Problem",
        "request": "Request",
        "suggestion": "Suggestion",
        "general": "Complaint",
    },
    states={
        "received": "Received, waiting for an officer",
        "in_review": "An officer is working on it",
        "answered": "Answered",
        "closed": "Closed",
        "withdrawn": "Withdrawn by you",
    },
    receipt_title="Report received",
    receipt_next=(
        "An officer will give a first answer by {first} and tell you the outcome by {outcome}."
    ),
    receipt_code="Type this code here at any time to see what happens, add to it, or withdraw it.",
    receipt_corruption="Only the appointed integrity officers can open this report.",
    receipt_anonymous=(
        "This code is shown once and cannot be issued again. Write it down or take a screenshot, "
        "then delete this chat if somebody else may look at your phone."
    ),
    receipt_joined="Your report was joined with an earlier one about the same thing.",
    cancelled="Cancelled. Everything you entered was deleted.",
    not_an_answer="Sorry, that does not answer this question.",
    cannot_skip="This question cannot be skipped.",
    note_added="Your message was added.",
    file_kept="File {count} received.",
    set_kept="{count} of these {total} pictures were kept. You can send the others again.",
    enough_files="We take up to {most} files, so this one was not kept.",
    not_a_code="A tracking code has 16 digits. Please type it again.",
    mistyped_code="At least one digit of this code is wrong. Please check and type it again.",
    unknown_code="No report has this code. Please check it again.",
    too_many_codes=(
        "Too many wrong codes. Please wait about {minutes} minutes and try again. A lost code "
        "cannot be found again, but you can always file a new report."
    ),
    case_title="Your report",
    case_no_answer="No answer yet. An officer will answer by {first}.",
    case_joined="Joined with an earlier report about the same thing.",
    adding="Type or send what you want to add, then tap “Send”.",
    asking="Type your question to the officers, then tap “Send”.",
    commenting="Type your comment, then tap “Send”.",
    adding_anonymously=(
        "Type or send what you want to add. When done, type your 16-digit tracking code again to "
        "send it.\n(We deliberately do not remember that the report is yours.)"
    ),
    added_so_far="Received. You can send more, then tap “Send”.",
    added_anonymously="Received. You can send more, then type your tracking code to send it.",
    nothing_to_send="There is nothing to send yet.",
    send_with_code="Type your 16-digit tracking code to send this to your report.",
    sent="Sent to the officers.",
    case_takes_nothing="This report is closed or withdrawn. Tap “Open it again” first.",
    button_is_dead="This button no longer works. Tap “Track a report” and type your code.",
    withdraw_sure="Officers will stop working on it. You can open it again later. Withdraw it?",
    withdrawn="Withdrawn. If you change your mind, type your code and tap “Open it again”.",
    kept="Not withdrawn. Officers go on working on it.",
    reopen_sure="Do you want officers to look at it again?",
    reopened="Opened again. Tap “Add something” to say why or send more evidence.",
    rate_ask="How was the outcome? Rate it from 1 to 5.",
    rated="Thank you: {stars} of 5. To say more, tap “Write a comment”.",
    rated_already="Your rating is recorded already. Thank you.",
    rate_closed="You can rate it once it is closed.",
    language_set="We will speak English from now on, as far as we can.",
    answered_notice=(
        "An officer has answered.\nTap “Read the answer” below, or type your 16-digit tracking "
        "code here at any time."
    ),
)
