//! Numbers and their units: never on two lines.

/// Units that follow a number in a sentence; in a cell of its own any word may be one.
const UNITS: [&str; 62] = [
    "%", "‰", "°C", "°", "g", "kg", "mg", "µg", "μg", "ug", "mcg", "ng", "pg", "L", "l", "dL", "dl", "cL",
    "cl", "mL", "ml", "µL", "μL", "fL", "mol", "mmol", "µmol", "μmol", "nmol", "pmol", "UI", "U", "kUI",
    "mUI", "mEq", "m", "cm", "mm", "µm", "μm", "mmHg", "kPa", "Gy", "mGy", "mSv", "kcal", "bpm", "min", "h",
    "s", "ms", "j", "jours", "semaines", "SA", "mois", "ans", "an", "fois", "G", "T", "mois",
];

/// Whether the whole text is a value: "0,75 g/L", "< 5 mg/L", "4,0 - 10,0", "12/03/2026",
/// "2 comprimés".
pub(super) fn is_value(text: &str) -> bool {
    if text.chars().count() > 32 {
        return false;
    }
    let mut numbers = 0_usize;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if is_number(word) {
            numbers += 1;
        } else if is_sign(word) {
            // "<", "-", "x": between numbers or before one.
        } else {
            // The unit: one word, at the end.
            return numbers > 0 && words.peek().is_none() && word.chars().count() <= 14;
        }
    }
    numbers > 0
}

/// Puts a no-break space between a number and its unit, and between `<` and its number.
pub(super) fn hold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before: Option<&str> = None;
    for word in text.split(' ') {
        if let Some(before) = before {
            let held = (is_number(before) && is_unit(word)) || (is_comparison(before) && is_number(word));
            out.push(if held { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
        before = Some(word);
    }
    out
}

/// Digits with what stands among and around them: "1,5", "(38.2", "<5", "10^9", "120/80", "±2".
fn is_number(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '<', '>', '≤', '≥', '=', '~', '±', '+', '-', '−']);
    word.starts_with(|first: char| first.is_ascii_digit())
        && word.chars().all(|letter| {
            letter.is_ascii_digit()
                || matches!(letter, ',' | '.' | '/' | ':' | '^' | '-' | '–' | '%' | ')' | ']')
        })
}

fn is_sign(word: &str) -> bool {
    is_comparison(word) || matches!(word, "-" | "–" | "x" | "×" | "à" | "±" | "/")
}

fn is_comparison(word: &str) -> bool {
    matches!(word, "<" | ">" | "≤" | "≥" | "=" | "<=" | ">=" | "~")
}

/// A unit, perhaps a compound, perhaps with punctuation after it: "mmol/L", "mg,", "g/24h.".
fn is_unit(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ';', ':', ')', ']']);
    let first = word.split(['/', '.', '²', '³']).next().unwrap_or_default();
    word.chars().count() <= 14 && UNITS.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_sentences() {
        for value in [
            "0,75 g/L",
            "< 5 mg/L",
            "<5",
            "4,0 - 10,0",
            "12/03/2026",
            "2 comprimés",
            "120/80 mmHg",
            "38,2 °C",
            "4.5 x 10^9 /L",
            "10 000",
            "[0,70 - 1,05] g/L",
            "97 %",
        ] {
            assert!(is_value(value), "{value}");
        }
        for other in [
            "",
            "Négatif",
            "12 rue des Lilas",
            "1 comprimé matin et soir",
            "mg/L",
            "- -",
            "Vitamine B12",
            "1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(!is_value(other), "{other}");
        }
    }

    #[test]
    fn units_stay_with_their_numbers_and_nothing_else_moves() {
        assert_eq!(
            hold("Paracétamol 500 mg, 3 fois par jour si > 38,5 °C (soit 1 g/j max)"),
            "Paracétamol 500\u{a0}mg, 3\u{a0}fois par jour si >\u{a0}38,5\u{a0}°C (soit 1\u{a0}g/j max)"
        );
        for same in ["", " ", " chambre 12 lit 3 ", "le 14 sans", "vitamine D 3"] {
            assert_eq!(hold(same), same);
        }
    }
}
