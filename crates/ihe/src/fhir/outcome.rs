//! What went wrong, as FHIR says it (OperationOutcome): a status, and issues that name the element.
//! Never a name, an INS, a title, a key or a content: paths and our own words only.

use std::fmt;

use serde_json::{Value, json};

/// FHIR `issue-type` codes in use here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssueCode {
    /// Not the syntax or the shape asked for.
    Structure,
    Required,
    /// A value outside what is allowed.
    Value,
    CodeInvalid,
    BusinessRule,
    NotSupported,
    NotFound,
    Conflict,
    Duplicate,
    TooLong,
    TooCostly,
    Extension,
    Forbidden,
    Login,
    Security,
    Throttled,
    Transient,
    Exception,
    Informational,
}

impl IssueCode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::CodeInvalid => "code-invalid",
            Self::BusinessRule => "business-rule",
            Self::NotSupported => "not-supported",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::Duplicate => "duplicate",
            Self::TooLong => "too-long",
            Self::TooCostly => "too-costly",
            Self::Extension => "extension",
            Self::Forbidden => "forbidden",
            Self::Login => "login",
            Self::Security => "security",
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::Exception => "exception",
            Self::Informational => "informational",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
    Information,
}

impl Severity {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// One thing that is wrong or worth saying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    pub severity: Severity,
    pub code: IssueCode,
    /// A word a program can test (`DMPFound`), where there is one.
    pub details: Option<String>,
    /// A sentence for the integrator.
    pub diagnostics: String,
    /// FHIRPath of the element, or `http.<parameter>` for one of a query.
    pub expression: Option<String>,
}

impl Issue {
    pub fn warning(code: IssueCode, expression: impl Into<String>, diagnostics: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            code,
            details: None,
            diagnostics: diagnostics.into(),
            expression: Some(expression.into()),
        }
    }

    fn to_json(&self) -> Value {
        let mut issue = json!({
            "severity": self.severity.as_str(),
            "code": self.code.as_str(),
            "diagnostics": self.diagnostics,
        });
        if let Some(details) = &self.details {
            issue["details"] = json!({ "text": details });
        }
        if let Some(expression) = &self.expression {
            issue["expression"] = json!([expression]);
        }
        issue
    }
}

/// An HTTP status and the issues that explain it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub status: u16,
    pub issues: Vec<Issue>,
}

/// What reading a request gives: the value, or why not.
pub type Read<T> = Result<T, Outcome>;

impl Outcome {
    /// One error about no element in particular.
    pub fn new(status: u16, code: IssueCode, diagnostics: impl Into<String>) -> Self {
        let issue = Issue {
            severity: Severity::Error,
            code,
            details: None,
            diagnostics: diagnostics.into(),
            expression: None,
        };
        Self { status, issues: vec![issue] }
    }

    /// One error at an element.
    pub fn at(
        status: u16,
        code: IssueCode,
        expression: impl Into<String>,
        diagnostics: impl Into<String>,
    ) -> Self {
        let mut outcome = Self::new(status, code, diagnostics);
        if let Some(issue) = outcome.issues.first_mut() {
            issue.expression = Some(expression.into());
        }
        outcome
    }

    /// 400: the element has not the shape FHIR or the profile gives it.
    pub fn malformed(expression: impl Into<String>, diagnostics: impl Into<String>) -> Self {
        Self::at(400, IssueCode::Structure, expression, diagnostics)
    }

    /// 400: the element is missing.
    pub fn missing(expression: impl Into<String>) -> Self {
        Self::at(400, IssueCode::Required, expression, "this element is required")
    }

    /// 422: well-formed, and against a rule.
    pub fn rule(expression: impl Into<String>, diagnostics: impl Into<String>) -> Self {
        Self::at(422, IssueCode::BusinessRule, expression, diagnostics)
    }

    /// 422: a value that is not allowed.
    pub fn value(expression: impl Into<String>, diagnostics: impl Into<String>) -> Self {
        Self::at(422, IssueCode::Value, expression, diagnostics)
    }

    /// 422: valid FHIR that this service does not take.
    pub fn unsupported(expression: impl Into<String>, diagnostics: impl Into<String>) -> Self {
        Self::at(422, IssueCode::NotSupported, expression, diagnostics)
    }

    /// 400: a search parameter that is unknown, repeated or not understood.
    pub fn parameter(name: &str, diagnostics: impl Into<String>) -> Self {
        Self::at(400, IssueCode::Value, format!("http.{}", shown(name)), diagnostics)
    }

    /// 404: what malformed, absent and forbidden ids all answer.
    pub fn not_found() -> Self {
        Self::new(404, IssueCode::NotFound, "no such resource")
    }

    pub fn not_acceptable() -> Self {
        Self::new(406, IssueCode::NotSupported, "answers are application/fhir+json or application/fhir+xml")
    }

    /// Adds a word a program can test.
    pub fn with_details(mut self, details: &str) -> Self {
        if let Some(issue) = self.issues.first_mut() {
            issue.details = Some(details.to_owned());
        }
        self
    }

    /// Joins the issues of two; the first one's status stands.
    pub fn and(mut self, other: Outcome) -> Self {
        self.issues.extend(other.issues);
        self
    }

    pub fn to_json(&self) -> Value {
        to_json(&self.issues)
    }
}

/// An OperationOutcome of these issues.
pub fn to_json(issues: &[Issue]) -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": issues.iter().map(Issue::to_json).collect::<Vec<_>>(),
    })
}

/// A key or a parameter's name as it may be shown: what is not a plain word could be anything.
pub(crate) fn shown(name: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:$".contains(&byte);
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(plain) { name } else { "…" }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for issue in &self.issues {
            write!(f, " {}", issue.code.as_str())?;
            if let Some(expression) = &issue.expression {
                write!(f, " at {expression}")?;
            }
            write!(f, ": {}", issue.diagnostics)?;
        }
        Ok(())
    }
}

impl std::error::Error for Outcome {}
