//! The objects of a PDF (ISO 32000 7.3), read as far as the structure needs.
//!
//! Strings and real numbers are stepped over. Depth and number of objects are bounded.

/// An object. What the structure does not need is `Other`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Integer(i64),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Reference(u32),
    Other,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

impl Dictionary {
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    pub(super) fn integer(&self, key: &str) -> Option<usize> {
        match self.get(key)? {
            Object::Integer(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn reference(&self, key: &str) -> Option<u32> {
        match self.get(key)? {
            Object::Reference(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn is_name(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(value)) if value == name.as_bytes())
    }
}

/// Names whose presence means that a viewer may do something by itself (abuse case G07).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) script: bool,
    pub(super) launch: bool,
    pub(super) embedded: bool,
}

impl Signs {
    fn note(&mut self, name: &[u8]) {
        match name {
            b"JavaScript" | b"JS" => self.script = true,
            b"Launch" => self.launch = true,
            b"EmbeddedFile" | b"EmbeddedFiles" | b"RichMedia" => self.embedded = true,
            _ => {}
        }
    }
}

/// Why an object could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectFault {
    /// It is none.
    Malformed,
    /// It has more parts than allowed.
    TooMany,
}

/// What one object may still hold, and the signs met so far.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) parts: usize,
    pub(super) signs: Signs,
}

const DEEPEST: usize = 64;

/// Reads from a place on. Where it stands after a failure is how far it looked, so that the
/// work of failing can be counted.
pub(super) struct Reader<'a> {
    pub(super) data: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn at(data: &'a [u8], at: usize) -> Self {
        Self { data, at }
    }

    pub(super) fn object(&mut self, budget: &mut Budget) -> Result<Object, ObjectFault> {
        self.nested(budget, DEEPEST)
    }

    /// Recursion here is bounded by `depth`, not by the input.
    fn nested(&mut self, budget: &mut Budget, depth: usize) -> Result<Object, ObjectFault> {
        let depth = depth.checked_sub(1).ok_or(ObjectFault::Malformed)?;
        budget.parts = budget.parts.checked_sub(1).ok_or(ObjectFault::TooMany)?;
        self.skip_space();
        match (self.peek(0), self.peek(1)) {
            (Some(b'<'), Some(b'<')) => {
                self.at += 2;
                let mut entries = Vec::new();
                while !self.keyword(b">>") {
                    if self.peek(0) != Some(b'/') {
                        return Err(ObjectFault::Malformed);
                    }
                    let key = self.name(budget);
                    entries.push((key, self.nested(budget, depth)?));
                }
                Ok(Object::Dictionary(Dictionary(entries)))
            }
            (Some(b'['), _) => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.keyword(b"]") {
                    items.push(self.nested(budget, depth)?);
                }
                Ok(Object::Array(items))
            }
            (Some(b'/'), _) => Ok(Object::Name(self.name(budget))),
            (Some(b'('), _) => self.literal_string(),
            (Some(b'<'), _) => {
                let length = self.rest().iter().position(|byte| *byte == b'>');
                self.at += length.map_or(self.rest().len(), |length| length + 1);
                length.map(|_| Object::Other).ok_or(ObjectFault::Malformed)
            }
            (Some(b'0'..=b'9' | b'+' | b'-' | b'.'), _) => Ok(self.number_or_reference()),
            (Some(b't' | b'f' | b'n'), _) => {
                for word in [&b"true"[..], b"false", b"null"] {
                    if self.keyword(word) {
                        return Ok(Object::Other);
                    }
                }
                Err(ObjectFault::Malformed)
            }
            _ => Err(ObjectFault::Malformed),
        }
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            self.at += self.rest().iter().take_while(|byte| is_space(**byte)).count();
            if self.peek(0) != Some(b'%') {
                return;
            }
            self.at += self.rest().iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
        }
    }

    /// Steps over a word if it stands here, white space before it allowed.
    pub(super) fn keyword(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.data.get(self.at + ahead).copied()
    }

    /// A name, its `#xx` resolved, so that no spelling hides it.
    fn name(&mut self, budget: &mut Budget) -> Vec<u8> {
        self.at += 1;
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let raw = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        let mut name = Vec::with_capacity(length);
        let mut bytes = raw.iter();
        while let Some(byte) = bytes.next() {
            let digits = bytes.as_slice().get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
            match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(escaped) if *byte == b'#' => {
                    name.push(escaped);
                    bytes.nth(1);
                }
                _ => name.push(*byte),
            }
        }
        budget.signs.note(&name);
        name
    }

    fn literal_string(&mut self) -> Result<Object, ObjectFault> {
        let mut open = 0_usize;
        let mut escaped = false;
        for (offset, byte) in self.rest().iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        self.at += offset + 1;
                        return Ok(Object::Other);
                    }
                }
                _ => {}
            }
        }
        self.at = self.data.len();
        Err(ObjectFault::Malformed)
    }

    fn number_or_reference(&mut self) -> Object {
        let Some(number) = self.integer() else {
            // A real number, or what a careless producer takes for one.
            self.at += self.rest().iter().take_while(|byte| is_regular(**byte)).count();
            return Object::Other;
        };
        let after = self.at;
        if let Ok(target) = u32::try_from(number)
            && self.peek(0).is_some_and(is_space)
        {
            self.skip_space();
            if self.integer().is_some() && self.peek(0).is_some_and(is_space) {
                self.skip_space();
                if self.peek(0) == Some(b'R') && !self.peek(1).is_some_and(is_regular) {
                    self.at += 1;
                    return Object::Reference(target);
                }
            }
        }
        self.at = after;
        Object::Integer(number)
    }

    /// A whole number that ends here; nothing is stepped over otherwise.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let text = std::str::from_utf8(self.rest().get(..length)?).ok()?;
        let number = text.parse().ok()?;
        self.at += length;
        Some(number)
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
