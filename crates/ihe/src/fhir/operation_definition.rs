//! The OperationDefinitions of our own operations.

use serde_json::{Value, json};

struct Operation {
    code: &'static str,
    title: &'static str,
    /// Name, minimum, type, documentation.
    input: &'static [(&'static str, u8, &'static str, &'static str)],
    output: (&'static str, &'static str),
}

const OPERATIONS: [Operation; 4] = [
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
            ("category", 0, "code", "inconscient, confus, risque-vital or autre: all that who reviews sees of it"),
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
];

/// The codes of all operations.
pub const CODES: [&str; 4] =
    [OPERATIONS[0].code, OPERATIONS[1].code, OPERATIONS[2].code, OPERATIONS[3].code];

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
        "resource": ["Patient"],
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
