//! The words of the pages, by key and language: `templates/messages/LANG.txt`, one `key = text` a line.
//! `{}` stands for a value. A text is plain: whatever shows it escapes it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words of one language.
pub struct Messages {
    pub language: &'static str,
    texts: BTreeMap<&'static str, &'static str>,
}

/// Holders' words, with those of the trace, of what holders settle and of what becomes of a document; professionals'
/// under `pro`, agents' under `counter`, the steering door's under `steer`.
const FRENCH_TEXT: &str = concat!(
    include_str!("../../templates/messages/fr.txt"),
    "\n",
    include_str!("../../templates/messages/fr-trace.txt"),
    "\n",
    include_str!("../../templates/messages/fr-own.txt"),
    "\n",
    include_str!("../../templates/messages/fr-pro.txt"),
    "\n",
    include_str!("../../templates/messages/fr-counter.txt"),
    "\n",
    include_str!("../../templates/messages/fr-manage.txt"),
    "\n",
    include_str!("../../templates/messages/fr-steer.txt")
);

static SPACED: LazyLock<String> = LazyLock::new(|| spaced(FRENCH_TEXT));
static FRENCH: LazyLock<Messages> = LazyLock::new(|| Messages::read("fr", &SPACED));

/// The catalogue of the pages. French alone, until another is written.
pub fn messages() -> &'static Messages {
    &FRENCH
}

impl Messages {
    fn read(language: &'static str, text: &'static str) -> Self {
        let texts = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .filter_map(|line| line.split_once(" = "))
            .map(|(key, text)| (key.trim(), text.trim()))
            .collect();
        Self { language, texts }
    }

    /// The text of a key. A key that is not there stands for itself: a test holds that there is none.
    pub fn t(&self, key: &'static str) -> &'static str {
        self.texts.get(key).copied().unwrap_or(key)
    }

    pub fn t1(&self, key: &'static str, value: impl ToString) -> String {
        self.t(key).replacen("{}", &value.to_string(), 1)
    }

    pub fn t2(&self, key: &'static str, first: impl ToString, second: impl ToString) -> String {
        fill(self.t(key), &[&first.to_string(), &second.to_string()])
    }

    /// How many: in French none and one are singular. The text is `key.one` or `key.many`, with the count.
    pub fn n(&self, key: &str, count: impl TryInto<u64>) -> String {
        let count = count.try_into().unwrap_or(u64::MAX);
        let form = if count < 2 { "one" } else { "many" };
        let text = self.texts.get(format!("{key}.{form}").as_str()).copied().unwrap_or("{}");
        text.replacen("{}", &count.to_string(), 1)
    }

    /// A text chosen by data (`space.imaging`), none where the catalogue has none.
    pub fn of(&self, family: &str, member: &str) -> Option<&'static str> {
        self.texts.get(format!("{family}.{member}").as_str()).copied()
    }
}

/// French as it is set: before `:` `;` `?` `!` `%` and inside quotation marks a line does not break, nor between a
/// number and what it counts.
pub fn spaced(text: &str) -> String {
    const NO_BREAK: char = '\u{a0}';
    let letters: Vec<char> = text.chars().collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or(' ');
    let set = letters.iter().enumerate().map(|(place, letter)| {
        let before = place.checked_sub(1).map_or(' ', at);
        let after = at(place + 1);
        let ends_it = !at(place + 2).is_alphanumeric();
        let by_sign =
            (matches!(after, ':' | ';' | '?' | '!' | '%') && ends_it) || after == '»' || before == '«';
        let by_number = (before.is_ascii_digit() || before == '}') && unit(letters.get(place + 1..));
        if *letter == ' ' && (by_sign || by_number) { NO_BREAK } else { *letter }
    });
    set.collect()
}

/// Whether a word that is counted or measured begins here.
fn unit(rest: Option<&[char]>) -> bool {
    const UNITS: [&str; 12] = [
        "an",
        "ans",
        "mois",
        "jours",
        "h",
        "heures",
        "minutes",
        "Mo",
        "caractères",
        "chiffres",
        "fois",
        "document",
    ];
    let word: String = rest.into_iter().flatten().take_while(|it| it.is_alphabetic()).collect();
    UNITS.contains(&word.as_str()) || word == "documents"
}

/// Each `{}` by its value: what a value says is never taken for a place of the next.
fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut values = values.iter();
    for (place, part) in text.split("{}").enumerate() {
        if place > 0 {
            out.push_str(values.next().copied().unwrap_or_default());
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Every text under `src/portal` and `templates` that could name a key.
    fn sources(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|it| it == "rs" || it == "html")
                && !path.ends_with("messages.rs")
            {
                let text = fs::read_to_string(path).unwrap();
                // a comment may speak of keys that are not
                for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
    }

    /// The quoted words that follow `call(`.
    fn arguments<'a>(text: &'a str, call: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for rest in text.split(call).skip(1) {
            if let Some(rest) = rest.trim_start().strip_prefix('"')
                && let Some((key, _)) = rest.split_once('"')
            {
                found.insert(key);
            }
        }
        found
    }

    #[test]
    fn every_key_used_is_there_and_none_is_there_unused() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        sources(&root.join("src/portal"), &mut text);
        sources(&root.join("templates"), &mut text);
        sources(&root.join("src/demo"), &mut text);
        text.push_str(&fs::read_to_string(root.join("src/page.rs")).unwrap());

        let mut used = BTreeSet::new();
        for call in [".t(", ".t1(", ".t2(", ".done(", "settled(&holder, done, "] {
            used.extend(arguments(&text, call).into_iter().map(str::to_owned));
        }
        for key in arguments(&text, ".n(") {
            used.extend(["one", "many"].map(|form| format!("{key}.{form}")));
        }
        let families = arguments(&text, ".of(");
        let missing: Vec<_> = used.iter().filter(|key| !FRENCH.texts.contains_key(key.as_str())).collect();
        assert!(missing.is_empty(), "used and not in the catalogue: {missing:?}");
        let of_family =
            |key: &str| families.iter().any(|it| key.strip_prefix(it).is_some_and(|it| it.starts_with('.')));
        let unused: Vec<_> =
            FRENCH.texts.keys().filter(|key| !used.contains(**key) && !of_family(key)).collect();
        assert!(unused.is_empty(), "in the catalogue and not used: {unused:?}");
    }

    #[test]
    fn a_line_is_a_key_and_a_text_and_no_key_comes_twice() {
        let lines: Vec<_> =
            FRENCH_TEXT.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).collect();
        let keys: BTreeSet<_> = lines.iter().map(|line| line.split_once(" = ").unwrap().0).collect();
        assert_eq!(keys.len(), lines.len());
    }

    /// As the pages say them.
    #[test]
    fn no_line_breaks_where_french_does_not() {
        let all = FRENCH.texts.values().copied().map(str::to_owned);
        let rules = policy::Rule::ALL.iter().flat_map(|it| [it.words_fr(), it.source()]).map(spaced);
        for text in all.chain(rules) {
            for mark in [" :", " ;", " ?", " !", " %", " »", "« "] {
                assert!(!text.contains(mark), "{mark:?} in {text:?}");
            }
        }
        assert_eq!(
            spaced("dix ans : vous ? « non » 10 Mo, :visited"),
            "dix ans\u{a0}: vous\u{a0}? «\u{a0}non\u{a0}» 10\u{a0}Mo, :visited"
        );
        assert!(messages().t("close.stays.three").contains("ans\u{a0}:"));
    }

    #[test]
    fn values_are_put_in_their_places_and_counts_agree() {
        assert_eq!(fill("{} et {}", &["{}", "b"]), "{} et b");
        let count = |count: u64| messages().n("count.documents", count);
        assert_eq!(
            (count(0).as_str(), count(1).as_str(), count(2).as_str()),
            ("0\u{a0}document", "1\u{a0}document", "2\u{a0}documents")
        );
    }
}
