//! How big XML from outside may be, dimension by dimension.

/// Limits on one document. The defaults fit every document this project exchanges with a
/// wide margin; a door that expects less passes less. Abuse cases C02 and C03.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document as received. Default 32 MiB: a long report with inline
    /// base64 images is about 1.5 MB, a whole hospital stay with a scanned PDF about 10 MB.
    pub bytes: usize,
    /// Elements inside one another, the root counting 1. Default 128; CDA and its
    /// stylesheets stay under 30.
    pub depth: usize,
    /// Elements, attributes, runs of text, comments and instructions, all together. Default
    /// 500 000: bounds the memory of the tree to some 40 MB whatever the bytes say. The
    /// largest example of the French agency has 26 000.
    pub nodes: usize,
    /// Attributes of one element, namespace declarations included. Default 128.
    pub attributes: usize,
    /// Namespace declarations in scope at one place. Default 64; a signed SOAP message
    /// holds about 20.
    pub namespaces: usize,
    /// Bytes of one element name, attribute name, prefix or instruction target. Default 256.
    pub name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 * 1024 * 1024,
            depth: 128,
            nodes: 500_000,
            attributes: 128,
            namespaces: 64,
            name: 256,
        }
    }
}
