//! `carnet send --list`: where every document stands. Nothing of a person but the file's name, unless asked for.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Ended;
use super::deliver::name;
use super::queue::{Entry, Queue, State};

/// What to show.
pub struct Shown {
    pub names: bool,
    pub as_json: bool,
}

/// Prints it; a person is needed where something is held or rejected.
pub fn list(queue: &Queue, shown: &Shown, out: &mut dyn Write) -> io::Result<Ended> {
    let entries: Vec<Entry> = queue.entries()?.into_iter().map(|(_, it)| it).collect();
    let needed = entries.iter().any(|it| matches!(it.state, State::Held | State::Rejected));
    if shown.as_json {
        write_json(queue, &entries, shown, out)?;
    } else {
        write_text(queue, &entries, shown, out)?;
    }
    Ok(if needed { Ended::PersonNeeded } else { Ended::Well })
}

fn write_text(queue: &Queue, entries: &[Entry], shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        let whose = entry.patient.as_deref().filter(|_| shown.names).map(|it| format!("  {it}"));
        let (state, file) = (entry.state.word(), name(&entry.file));
        writeln!(out, "{state:<12} {file}{}", whose.unwrap_or_default())?;
        for cause in &entry.causes {
            writeln!(out, "{:13}{}", "", cause.says())?;
            writeln!(out, "{:13}-> {}", "", cause.why.words().cure)?;
        }
    }
    let arrived = queue.receipts().count();
    writeln!(out, "{:<12} {arrived} {}", "acknowledged", if arrived == 1 { "document" } else { "documents" })
}

/// One object a document, receipts written as they are read.
fn write_json(queue: &Queue, entries: &[Entry], shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
    let mut before = "[\n";
    let mut write = |value: &Value| -> io::Result<()> {
        write!(out, "{before}  {value}")?;
        before = ",\n";
        Ok(())
    };
    for entry in entries {
        write(&of_entry(entry, shown))?;
    }
    for receipt in queue.receipts() {
        let mut value = json!(receipt);
        value["state"] = "acknowledged".into();
        write(&value)?;
    }
    let end = if before == "[\n" { "[]" } else { "\n]" };
    writeln!(out, "{end}")
}

fn of_entry(entry: &Entry, shown: &Shown) -> Value {
    let causes: Vec<_> = entry
        .causes
        .iter()
        .map(|it| {
            let words = it.why.words();
            json!({
                "why": it.why, "detail": it.detail, "says": words.says, "cure": words.cure,
                "says_fr": words.french, "cure_fr": words.french_cure,
            })
        })
        .collect();
    let mut value = json!({
        "state": entry.state,
        "file": name(&entry.file),
        "since": entry.since,
        "unique_id": entry.unique_id,
        "submission": entry.submission,
        "sha256": entry.sha256,
        "causes": causes,
    });
    if shown.names {
        value["patient"] = json!(entry.patient);
        value["path"] = entry.file.to_string_lossy().into();
    }
    value
}
