//! Each operation of our own: what it takes, and what it answers.

use super::MANAGE;

pub(super) struct Operation {
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    /// Name, minimum, type, documentation.
    pub(super) input: &'static [(&'static str, u8, &'static str, &'static str)],
    /// The one that may stand more than once.
    pub(super) several: Option<&'static str>,
    pub(super) output: (&'static str, &'static str),
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        code: "open-record",
        title: "Open a record with the holder's consent",
        input: &[
            ("patient", 1, "Patient", "French INS profile: INS, five traits, identity reliability"),
            ("consent", 1, "boolean", "The holder's express consent; without it 422"),
            ("break-glass", 1, "boolean", "Access in emergency: allowed or not"),
            ("regulation", 1, "boolean", "Access by a regulation centre: allowed or not"),
            ("channel", 0, "code", "titulaire, accueil, pharmacie, professionnel or etablissement"),
            ("email", 0, "string", "For notices"),
            ("phone", 0, "string", "For notices"),
            (
                "representative",
                0,
                "BackboneElement",
                "Who answers for the holder: family, given, quality, and that it was proved, without which 422. A \
              parent of a child has the record's first account",
            ),
        ],
        several: None,
        output: ("return", "Patient"),
    },
    Operation {
        code: "open-records",
        title: "Open the records of residents, each with their own consent; each is opened, or not, for itself",
        input: &[(
            "resident",
            1,
            "BackboneElement",
            "Parts as the parameters of $open-record, one consent each; fifty residents at most",
        )],
        several: Some("resident"),
        output: ("resident", "BackboneElement"),
    },
    Operation {
        code: "authorise",
        title: "Record the holder's authorisation of the caller, or its end",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("action", 1, "code", "AJOUT or SUPPRESSION"),
            ("attending", 0, "boolean", "As attending doctor; pending until the holder confirms"),
        ],
        several: None,
        output: ("return", "Consent"),
    },
    Operation {
        code: "break-glass",
        title: "Open an emergency window",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("family", 1, "string", "Birth or used name"),
            ("given", 1, "string", "First given name"),
            ("birth-date", 1, "date", "Date of birth"),
            ("reason", 1, "string", "Why: for the holder, never for who reviews"),
            (
                "category",
                0,
                "code",
                "inconscient, confus, risque-vital or autre: all that who reviews sees of it",
            ),
            ("declaration", 1, "boolean", "The person cannot express their will and is at immediate risk"),
        ],
        several: None,
        output: ("until", "instant"),
    },
    Operation {
        code: "regulate",
        title: "Open a regulation centre's window",
        input: &[("patient", 1, "Identifier", "INS")],
        several: None,
        output: ("until", "instant"),
    },
    Operation {
        code: "oppose",
        title: "Record the holder's opposition to the feeding of one document, by its producer",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("document", 1, "string", "The document's unique id: urn:oid: or urn:uuid:"),
            ("reason", 0, "string", "The legitimate reason, once access is authorised"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "reopen",
        title: "Reopen a closed record with the holder's fresh consent",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("consent", 1, "boolean", "The holder's fresh consent was recorded"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "notice-death",
        title: "Notify a death at a counter, or that it had been notified in error",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("proved", 1, "boolean", "By a certificate; in error: the person is there and identified"),
            ("in-error", 0, "boolean", "The death had been notified in error"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "representative",
        title: "Record at a counter, on proof, who acts for somebody; restrict or end it",
        input: &[
            ("patient", 1, "Identifier", "INS of the person represented"),
            (
                "action",
                1,
                "code",
                "ADD, RESTRICT, SETTLE (a disagreement), END, CONSENT or WITHDRAW-CONSENT \
              (of the protected person, to a curator)",
            ),
            ("mandate", 0, "string", "Which mandate: what ADD answered; for every other action"),
            (
                "kind",
                0,
                "code",
                "ADD: parental-authority, guardian, guardian-of-property, curator or \
              family-authority",
            ),
            ("family", 0, "string", "ADD: the representative's name"),
            ("given", 0, "string", "ADD: the representative's first name"),
            ("from", 0, "instant", "ADD: from now on unless said"),
            ("until", 0, "instant", "ADD and RESTRICT: when it ends"),
            ("permits", 0, "code", "ADD: an act the mandate permits; all that its kind permits unless said"),
            ("proved-by", 0, "string", "The paper seen: family record book, judgment; without it 403"),
            ("email", 0, "string", "ADD: where codes go"),
            ("phone", 0, "string", "ADD: where codes go"),
            ("own", 0, "Identifier", "ADD: INS of the representative, where they have a record"),
            (
                "handed",
                0,
                "boolean",
                "ADD: login and first password are answered, to be handed over; else a \
              letter goes by post",
            ),
        ],
        several: Some("permits"),
        output: ("mandate", "string"),
    },
    Operation {
        code: "declare-care",
        title: "Declare that the caller, or their team, cares for the holder",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("unit", 0, "string", "The unit of a hospital, where the directory places the caller in it"),
            ("out-of-hours", 0, "boolean", "On duty: shorter, and for the caller alone"),
        ],
        several: None,
        output: ("until", "instant"),
    },
    Operation {
        code: "attending",
        title: "What an attending doctor records: leaving, a successor, a replacement, a block",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            (
                "action",
                1,
                "code",
                "LEAVE, HAND-OVER (the holder answers), REPLACED-BY, or BLOCK (at the \
              holder's request)",
            ),
            ("person", 0, "string", "National identifier of the successor, the replacement, the one blocked"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "practice",
        title: "Of the patients named, those who let the caller in: no summary first, the fragile first",
        input: &[("patient", 1, "Identifier", "INS; fifty at most")],
        several: Some("patient"),
        output: ("line", "BackboneElement"),
    },
    Operation {
        code: "my-patients",
        title: "Those who let the caller, or the caller's house, in: the latest first, fifty a page",
        input: &[
            ("by", 1, "code", "authorisation, or document: the last one the caller may read is told too"),
            ("since", 0, "date", "Only those of whom it was that day or later"),
            ("page", 0, "string", "What the page before gave as next"),
        ],
        several: None,
        output: ("line", "BackboneElement"),
    },
    Operation {
        code: "authorised",
        title: "Whom the holder let in and shut out, for the attending doctor",
        input: &[("patient", 1, "Identifier", "INS")],
        several: None,
        output: ("line", "BackboneElement"),
    },
    Operation {
        code: "trusted-person",
        title: "Attest that the holder cannot express their will: the trusted person is told, and reads",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("incapacity-attested", 1, "boolean", "The doctor attests it; without it 403"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "secret-act",
        title: "Declare an act that stays secret from a minor's representatives",
        input: &[
            ("patient", 1, "Identifier", "INS of the minor"),
            ("day", 1, "date", "Of the act"),
            ("organisation", 0, "string", "Where; the caller's own house unless said"),
            ("minor-agreed", 1, "boolean", "The minor asked for it; without it 403"),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "counter",
        title: "The accidents of an account, at a counter: letter lost, phone lost, a new name, a minor's own",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("action", 1, "code", "REISSUE-SECRETS, RESET-FACTOR, NEW-NAME or OPEN-MINOR-ACCOUNT"),
            ("mandate", 0, "string", "A representative's account; the holder's unless said"),
            ("signed", 0, "boolean", "The request is signed; for a minor's account: the minor consents"),
            ("identified", 0, "boolean", "Identity was proved by a document"),
            ("email", 0, "string", "RESET-FACTOR, OPEN-MINOR-ACCOUNT: where codes go"),
            ("phone", 0, "string", "RESET-FACTOR, OPEN-MINOR-ACCOUNT: where codes go"),
            ("family", 0, "string", "NEW-NAME: used name; none takes it off"),
            ("given", 0, "string", "NEW-NAME: used first name; none takes it off"),
            (
                "handed",
                0,
                "boolean",
                "Login and first password are answered, to be handed over; else a letter \
              goes by post",
            ),
        ],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "signed-form",
        title: "Enter what the holder asks for by a signed form, seeing no content",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            (
                "action",
                1,
                "code",
                "MASK, UNMASK, CLOSE, AUTHORISE, REVOKE, BLOCK, UNBLOCK, DESIGNATE, \
              END-ATTENDING, SAME-READING, END-SAME-READING, EMERGENCY-CHOICES, CONTACTS or ADDRESS",
            ),
            ("signed", 1, "boolean", "The holder signed"),
            ("code", 0, "string", "MASK and UNMASK: of the document, on the holder's latest printed list"),
            ("person", 0, "string", "National identifier of the professional it is about"),
            ("break-glass", 0, "boolean", "EMERGENCY-CHOICES: allowed or not"),
            ("regulation", 0, "boolean", "EMERGENCY-CHOICES: allowed or not"),
            ("email", 0, "string", "CONTACTS"),
            ("phone", 0, "string", "CONTACTS"),
            ("address", 0, "string", "ADDRESS: a line each, six of 38 characters at most; none takes it off"),
        ],
        several: Some("address"),
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "two-agents",
        title: "What takes two agents: the first asks, and it waits a week at most; a second confirms or refuses",
        input: &[
            ("patient", 1, "Identifier", "INS of the record"),
            (
                "action",
                1,
                "code",
                "RECALL (a document fed under a wrong identity), MERGE (the record becomes part of another of the \
              same person), SPLIT (documents go to the person whose they are), RELEASE (of what an heir asked \
              for), FRAUD (the record closes); CONFIRM or REFUSE by another agent, WITHDRAW by the same",
            ),
            (
                "document",
                0,
                "string",
                "RECALL, SPLIT: its unique id (urn:oid:, urn:uuid:) or the id of its DocumentReference. One that \
              is not in the record answers as what is forbidden",
            ),
            ("to", 0, "Identifier", "MERGE, SPLIT: INS of the other record, which is open"),
            (
                "request",
                0,
                "string",
                "RELEASE: what $heir answered; CONFIRM, REFUSE, WITHDRAW: what was asked",
            ),
            ("identified", 0, "boolean", "Identity was verified; RECALL, MERGE and SPLIT without it 403"),
            ("proved", 0, "boolean", "Seen on a document: the heir's quality, the fraud; without it 403"),
        ],
        several: Some("document"),
        output: ("request", "string"),
    },
    Operation {
        code: "heir",
        title: "Enter at a counter what an heir, spouse or partner asks for after a death; two agents release it",
        input: &[
            ("patient", 1, "Identifier", "INS of the deceased"),
            ("document", 1, "string", "The one document: its unique id, or the id of its DocumentReference"),
            (
                "purpose",
                1,
                "code",
                "cause-of-death, memory-of-the-deceased or own-rights: the three of CSP L.1110-4 V",
            ),
            ("proved", 1, "boolean", "The quality was proved by a document; without it 404"),
        ],
        several: None,
        output: ("request", "string"),
    },
    Operation {
        code: "at-counter",
        title: "What a counter may know of a record, no content: mandates, what waits for a second agent, heirs",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("why", 1, "code", "holder, representative, heir (who is there) or second-agent; without it 403"),
        ],
        several: None,
        output: ("mandate", "BackboneElement"),
    },
    Operation {
        code: "end-emergency",
        title: "End the windows of emergency that the caller opened in this session",
        input: &[("patient", 1, "Identifier", "INS")],
        several: None,
        output: ("recorded", "boolean"),
    },
    Operation {
        code: MANAGE,
        title: "Manage a document that is there",
        input: &[
            ("document", 1, "string", "The id of a DocumentReference"),
            (
                "action",
                1,
                "code",
                "ARCHIVE, UNARCHIVE, DELETE, RESTORE, ANNOUNCE, SHOW-TO-HOLDER, \
              HIDE-FROM-REPRESENTATIVES, SHOW-TO-REPRESENTATIVES, UPHOLD-DISPUTE, ACCEPT-DISPUTE or RECALL",
            ),
            ("announced", 0, "boolean", "The caller made the announcement to the holder"),
            ("minor-agreed", 0, "boolean", "The minor asked for the secret, or agreed that it end"),
            (
                "word",
                0,
                "string",
                "UPHOLD-DISPUTE, ACCEPT-DISPUTE: to the holder, a thousand characters at most",
            ),
        ],
        several: None,
        output: ("status", "code"),
    },
];
