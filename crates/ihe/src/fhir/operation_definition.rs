//! The OperationDefinitions of our own operations.

use serde_json::{Value, json};

struct Operation {
    code: &'static str,
    title: &'static str,
    /// Name, minimum, type, documentation.
    input: &'static [(&'static str, u8, &'static str, &'static str)],
    output: (&'static str, &'static str),
}

const OPERATIONS: [Operation; 8] = [
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
        ],
        output: ("return", "Patient"),
    },
    Operation {
        code: "authorise",
        title: "Record the holder's authorisation of the caller, or its end",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("action", 1, "code", "AJOUT or SUPPRESSION"),
            ("attending", 0, "boolean", "As attending doctor; pending until the holder confirms"),
        ],
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
        output: ("until", "instant"),
    },
    Operation {
        code: "regulate",
        title: "Open a regulation centre's window",
        input: &[("patient", 1, "Identifier", "INS")],
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
        output: ("recorded", "boolean"),
    },
    Operation {
        code: "reopen",
        title: "Reopen a closed record with the holder's fresh consent",
        input: &[
            ("patient", 1, "Identifier", "INS"),
            ("consent", 1, "boolean", "The holder's fresh consent was recorded"),
        ],
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
        ],
        output: ("status", "code"),
    },
];

/// The operation on documents.
pub const MANAGE: &str = "manage";

/// The codes of the operations on patients.
pub const CODES: [&str; 7] = [
    OPERATIONS[0].code,
    OPERATIONS[1].code,
    OPERATIONS[2].code,
    OPERATIONS[3].code,
    OPERATIONS[4].code,
    OPERATIONS[5].code,
    OPERATIONS[6].code,
];

/// `GET OperationDefinition/<code>`; None where there is none.
pub fn encode(base: &str, code: &str) -> Option<Value> {
    let operation = OPERATIONS.iter().find(|it| it.code == code)?;
    let mut parameters: Vec<_> = operation
        .input
        .iter()
        .map(|(name, min, kind, documentation)| {
            json!({
                "name": name, "use": "in", "min": min, "max": "1", "type": kind, "documentation": documentation,
            })
        })
        .collect();
    let (name, kind) = operation.output;
    parameters.push(json!({ "name": name, "use": "out", "min": 1, "max": "1", "type": kind }));
    let words: String = operation
        .code
        .split('-')
        .filter_map(|word| word.split_at_checked(1))
        .map(|(first, rest)| first.to_uppercase() + rest)
        .collect();
    Some(json!({
        "resourceType": "OperationDefinition",
        "id": operation.code,
        "url": address(base, operation.code),
        "name": words,
        "title": operation.title,
        "status": "active",
        "kind": "operation",
        "affectsState": true,
        "code": operation.code,
        "resource": [if operation.code == MANAGE { "DocumentReference" } else { "Patient" }],
        "system": false,
        "type": true,
        "instance": false,
        "parameter": parameters,
    }))
}

/// Where an operation is defined.
pub fn address(base: &str, code: &str) -> String {
    format!("{base}/OperationDefinition/{code}")
}
