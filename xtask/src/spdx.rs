//! SPDX licence expressions, as far as crates use them: `AND`, `OR`, `WITH`, brackets, and the old `/` for `OR`.

/// Whether a licence among `allowed` can be chosen that satisfies the whole expression. `Err` when it cannot be
/// read: what is not understood is not allowed.
pub fn satisfied(expression: &str, allowed: &[&str]) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let result = reader.alternatives();
    match (result, reader.words) {
        (Some(satisfied), []) => Ok(satisfied),
        _ => Err(format!("`{expression}` is not a licence expression")),
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl<'a> Reader<'a> {
    /// `AND` binds tighter than `OR`. Both sides are always read, so that nonsense never hides behind a licence.
    fn alternatives(&mut self) -> Option<bool> {
        let mut any = self.together()?;
        while self.takes("OR") {
            any |= self.together()?;
        }
        Some(any)
    }

    fn together(&mut self) -> Option<bool> {
        let mut all = self.one()?;
        while self.takes("AND") {
            all &= self.one()?;
        }
        Some(all)
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let inside = self.alternatives()?;
            return self.takes(")").then_some(inside);
        }
        let name = self.name()?;
        if self.takes("WITH") {
            let exception = self.name()?;
            return Some(self.allowed.contains(&format!("{name} WITH {exception}").as_str()));
        }
        Some(self.allowed.contains(&name))
    }

    fn name(&mut self) -> Option<&'a str> {
        match self.words {
            [first, rest @ ..] if !["AND", "OR", "WITH", "(", ")"].contains(first) => {
                self.words = rest;
                Some(first)
            }
            _ => None,
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        match self.words {
            [first, rest @ ..] if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"];

    #[test]
    fn a_choice_is_enough_and_a_sum_needs_all() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR GPL-3.0-only", true),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("MIT/GPL-2.0", true),
            ("GPL-2.0 / Apache-2.0", true),
            ("GPL-2.0/AGPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
            // AND binds tighter: MIT OR (ISC AND GPL).
            ("MIT OR ISC AND GPL-3.0-only", true),
            ("(MIT OR ISC) AND GPL-3.0-only", false),
            ("GPL-3.0-only AND MIT OR GPL-3.0-only", false),
            ("ISC AND (Apache-2.0 OR GPL-2.0) AND (MIT OR ISC)", true),
            ("mit", false),
        ] {
            assert_eq!(satisfied(expression, ALLOWED), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_even_beside_a_good_licence() {
        for nonsense in ["", "MIT OR", "MIT MIT", "(MIT", "MIT)", "MIT OR (ISC", "OR MIT", "MIT WITH", "AND"]
        {
            assert!(satisfied(nonsense, ALLOWED).is_err(), "{nonsense}");
        }
    }
}
