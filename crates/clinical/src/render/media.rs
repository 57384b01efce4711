//! Files a document encloses, as a page may show them: what they are is read from their bytes.

use std::fmt;

use crate::image;
use crate::plain::{self, Looks};

/// A file for the page to serve, never inside the page itself: images as images, the rest in
/// a sandboxed frame (F05). Its bytes do not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// The file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("kind", &self.kind)
            .field("length", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// What an enclosed file is, by its first bytes; what the document declares is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A JPEG of that width and height.
    Jpeg { width: usize, height: usize },
    /// A PNG of that width and height.
    Png { width: usize, height: usize },
    /// A PDF.
    Pdf,
    /// Not to be shown: to be downloaded with the document, if at all. Images of more pixels
    /// than allowed (G10) and everything that acts (F05, G06) are here.
    Other,
}

impl MediaKind {
    /// The media type to serve it with; none when it must not be shown.
    pub const fn media_type(self) -> Option<&'static str> {
        match self {
            Self::Jpeg { .. } => Some("image/jpeg"),
            Self::Png { .. } => Some("image/png"),
            Self::Pdf => Some("application/pdf"),
            Self::Other => None,
        }
    }

    /// Reads the first bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match (plain::looks(bytes), image::size(bytes)) {
            (Looks::Jpeg, Some((width, height))) => Self::Jpeg { width, height },
            (Looks::Png, Some((width, height))) => Self::Png { width, height },
            (Looks::Pdf, _) => Self::Pdf,
            _ => Self::Other,
        }
    }
}
