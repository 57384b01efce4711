//! A case in the oracle's own words: every feature by which the rules tell cases apart, each with few values.
//! `facts.rs` makes real facts of it for the rules under test; `conditions.rs` judges it by itself.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Nobody,
    Professional,
    Agent,
    Holder,
    Representative,
    Relative,
    Heir,
    Applicant,
    Administrator,
    Reviewer,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profession {
    Doctor,
    Nurse,
    Social,
    Student,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum House {
    None,
    Hospital,
    CareHome,
    Payer,
    Counter,
    Ministry,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delegation {
    None,
    ReplacementTold,
    ReplacementUntold,
    Assistant,
    Student,
    StudentOver,
    /// The directory proves it, no assertion names it.
    StudentUnnamed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Absent,
    Open,
    Closed,
    ClosedTenYears,
    Death,
    DeathInError,
    Fraud,
    Destroyed,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    None,
    Person,
    House,
    Over,
    NotYet,
    Revoked,
}

/// Who released what an heir asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Released {
    No,
    ByMe,
    AfterMe,
    ByOthers,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attends {
    No,
    Pending,
    Yes,
    Ended,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Care {
    None,
    Own,
    Principals,
    Team,
    WholeHospital,
    Over,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    None,
    Mine,
    OtherPerson,
    OtherSession,
    OtherKind,
    Over,
    LoggedOut,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Age {
    Unknown,
    Eight,
    EveOfFifteen,
    Fifteen,
    EveOfEighteen,
    Eighteen,
    Old,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Parent,
    Guardian,
    GuardianOfProperty,
    Curator,
    Family,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    Before,
    In,
    After,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permits {
    All,
    Reading,
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Other {
    None,
    InForce,
    Restricted,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dispute {
    None,
    Own,
    Others,
    Settled,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockOf {
    None,
    Holders,
    Own,
    Others,
    OthersLifted,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    TrustedReads,
    TrustedNotBegun,
    TrustedNoReading,
    CarerReads,
    CarerNothing,
    Helper,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Against {
    None,
    Lifted,
    Professional,
    House,
    Type,
    OtherType,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Report,
    NotGiven,
    Summary,
    Reimbursement,
    Holders,
    Signature,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Approved,
    Deprecated,
    Archived,
    Deleted,
    DeletedLongAgo,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    No,
    Still,
    Over,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depositor {
    Other,
    Me,
    MyHouse,
    MeInMyHouse,
    ColleagueInMyHouse,
    Holder,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    Normal,
    BreakGlass,
    BreakGlassBlank,
    Regulation,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    Nobody,
    Me,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    None,
    Lately,
    LongAgo,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opposes {
    None,
    Document,
    Professional,
    House,
    Type,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    None,
    Plain,
    WithCode,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    None,
    Oneself,
    Another,
}

#[derive(Clone, Copy, Debug)]
pub struct Document {
    pub kind: Type,
    pub state: State,
    pub masked: bool,
    pub hidden: Hidden,
    pub secret: bool,
    pub reveals: bool,
    pub minors_own: bool,
    pub opposed: bool,
    pub by: Depositor,
}

pub const REPORT: Document = Document {
    kind: Type::Report,
    state: State::Approved,
    masked: false,
    hidden: Hidden::No,
    secret: false,
    reveals: false,
    minors_own: false,
    opposed: false,
    by: Depositor::Other,
};

/// Which profile decides: the two that come with the program, and one in which every choice is the other way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    Dmp2018,
    Mes2026,
    Otherwise,
}

#[derive(Clone, Copy, Debug)]
pub struct World {
    pub profile: Chosen,
    pub who: Who,
    pub door: model::Door,
    pub strength: model::Strength,
    pub active: bool,
    pub house: House,
    pub house_active: bool,
    pub profession: Profession,
    pub acting: model::ActingFor,
    pub delegation: Delegation,
    pub principal_active: bool,
    pub principal_authorised: bool,
    pub principal_attends: bool,
    pub principal_blocked: bool,
    pub in_unit: bool,
    pub coordinating: bool,
    pub on_duty: bool,
    pub session: bool,
    pub own_record: bool,

    pub status: Status,
    pub right: Right,
    pub attends: Attends,
    pub same_reading: bool,
    pub blocked: bool,
    pub kin: bool,
    pub care: Care,
    pub break_glass_allowed: bool,
    pub regulation_allowed: bool,
    pub window: Opened,
    pub occupational: bool,
    pub age: Age,
    pub emancipated: bool,
    pub account: bool,
    pub mandate: Kind,
    pub mandate_when: When,
    pub restricted: bool,
    pub consented: bool,
    pub permits: Permits,
    pub other: Other,
    pub dispute: Dispute,
    pub about_blocked: BlockOf,
    pub tie: Tie,
    pub tie_when: When,
    pub death_noticed: bool,
    pub fraud_found: bool,
    pub destruction_asked: bool,
    pub refused_heirs: bool,
    pub against: Against,

    pub document: Option<Document>,

    pub purpose: Purpose,
    pub asked_deprecated: bool,
    pub asked_archived: bool,
    pub about: About,
    pub consent: bool,
    pub by_representative: bool,
    pub quality: bool,
    pub identity: bool,
    pub agrees: bool,
    pub answers: bool,
    pub contacts: bool,
    pub informed: Since,
    pub opposed_opening: bool,
    pub cannot: bool,
    pub risk: bool,
    pub traits: bool,
    pub opposes: Opposes,
    pub reason: bool,
    pub announced: bool,
    pub minor_agreed: bool,
    pub incapacity: bool,
    pub agreed: bool,
    pub form: Form,
    pub heir_purpose: bool,
    pub released: Released,
    pub released_when: When,
    pub copies_left: bool,
    pub second: Second,
    pub back: Since,
    pub over_budget: bool,
}

/// A doctor at the care door, with a report; the request lacks nothing.
pub const BASE: World = World {
    profile: Chosen::Dmp2018,
    who: Who::Professional,
    door: model::Door::Care,
    strength: model::Strength::Certificate,
    active: true,
    house: House::None,
    house_active: true,
    profession: Profession::Doctor,
    acting: model::ActingFor::Care,
    delegation: Delegation::None,
    principal_active: true,
    principal_authorised: false,
    principal_attends: false,
    principal_blocked: false,
    in_unit: false,
    coordinating: false,
    on_duty: false,
    session: true,
    own_record: true,
    status: Status::Open,
    right: Right::None,
    attends: Attends::No,
    same_reading: false,
    blocked: false,
    kin: false,
    care: Care::None,
    break_glass_allowed: true,
    regulation_allowed: true,
    window: Opened::None,
    occupational: false,
    age: Age::Unknown,
    emancipated: false,
    account: false,
    mandate: Kind::Parent,
    mandate_when: When::In,
    restricted: false,
    consented: true,
    permits: Permits::All,
    other: Other::None,
    dispute: Dispute::None,
    about_blocked: BlockOf::None,
    tie: Tie::CarerReads,
    tie_when: When::In,
    death_noticed: false,
    fraud_found: false,
    destruction_asked: false,
    refused_heirs: false,
    against: Against::None,
    document: Some(REPORT),
    purpose: Purpose::Normal,
    asked_deprecated: false,
    asked_archived: false,
    about: About::Me,
    consent: true,
    by_representative: false,
    quality: true,
    identity: true,
    agrees: true,
    answers: true,
    contacts: true,
    informed: Since::LongAgo,
    opposed_opening: false,
    cannot: true,
    risk: true,
    traits: true,
    opposes: Opposes::House,
    reason: true,
    announced: true,
    minor_agreed: true,
    incapacity: true,
    agreed: true,
    form: Form::None,
    heir_purpose: true,
    released: Released::ByMe,
    released_when: When::In,
    copies_left: true,
    second: Second::Another,
    back: Since::Lately,
    over_budget: false,
};
