//! Writing a multipart message piece by piece: heads of parts here, their bytes by whoever has them.

use super::content_type::is_boundary;
use super::head::is_content_id;

/// The marks between the parts of one message.
#[derive(Clone, Debug)]
pub struct Writer {
    boundary: String,
    root: String,
}

impl Writer {
    /// `chance`: 128 random bits, so that no document holds the boundary but by malice that guessed it.
    pub fn new(chance: [u8; 16]) -> Self {
        let hex: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { boundary: format!("part-{hex}"), root: format!("envelope@{hex}") }
    }

    /// The boundary and Content-ID said by somebody else; none where they are not valid.
    pub fn with(boundary: &str, root: &str) -> Option<Self> {
        (is_boundary(boundary) && is_content_id(root))
            .then(|| Self { boundary: boundary.to_owned(), root: root.to_owned() })
    }

    /// The HTTP Content-Type of the whole.
    pub fn content_type(&self) -> String {
        format!(
            "multipart/related; boundary=\"{}\"; type=\"application/xop+xml\"; start=\"<{}>\"; \
             start-info=\"application/soap+xml\"",
            self.boundary, self.root
        )
    }

    /// What stands before the envelope.
    pub fn envelope(&self) -> String {
        format!(
            "--{}\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n\
             Content-Transfer-Encoding: binary\r\nContent-ID: <{}>\r\n\r\n",
            self.boundary, self.root
        )
    }

    /// The Content-ID of the document at this place.
    pub fn content_id(&self, place: usize) -> String {
        format!("document-{}@{}", place + 1, self.root.split('@').next_back().unwrap_or("carnet"))
    }

    /// What stands between what came before and a document. The media type is one the model has checked.
    pub fn part(&self, content_id: &str, media_type: &str) -> String {
        format!(
            "\r\n--{}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\n\
             Content-ID: <{content_id}>\r\n\r\n",
            self.boundary
        )
    }

    /// What ends the message.
    pub fn end(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }
}
