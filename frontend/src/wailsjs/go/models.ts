export namespace bridge {
	
	export interface Announcement {
	    size: number;
	}
	export interface Done {
	
	}
	export interface File {
	    handle: string;
	    name: string;
	}
	export interface FirstLook {
	    type: string;
	    identifier: string;
	    registry: string;
	    sireneKey: string;
	    token: string;
	}
	export interface Launched {
	    token: string;
	}
	export interface Outcome {
	    created: number;
	    code: string;
	    followUps: view.FollowUp[];
	}
	export interface Phrase {
	    passphrase: string;
	    personal: string[];
	    propose: string;
	}
	export interface Picture {
	    name: string;
	    handle: string;
	}
	export interface Saved {
	    url: string;
	    done: boolean;
	    name: string;
	}
	export interface State {
	    setUp: boolean;
	    signedIn: boolean;
	    locked: boolean;
	    families: string[];
	    sample?: flow.Sample;
	}
	export interface Strength {
	    share: number;
	    problem: string;
	    proposed: string;
	}
	export interface Upload {
	    handle: string;
	}
	export interface Verified {
	    lines: number;
	    bad: number;
	    why: string;
	}
	export interface Wish {
	    kind: string;
	    input: string;
	    fingerprint: string;
	    skip?: number;
	}

}

export namespace department {
	
	export interface Department {
	    id: number;
	    structureId: number;
	    code: string;
	    label: string;
	    description: string;
	    address: string;
	    phone: string;
	    commitmentRequired: boolean;
	    from: string;
	    until: string;
	    switch: boolean;
	    active: boolean;
	    validFrom: number;
	    validUntil: number;
	    supplier: string;
	    phoneShown: string;
	    people: number;
	    editable: boolean;
	    switchable: boolean;
	    version: number;
	}

}

export namespace directory {
	
	export interface Codes {
	    structure: number;
	    format: string;
	    title: string;
	    columns: string[];
	    words: Record<string, string>;
	}
	export interface Wanted {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	    type: string;
	    state: string;
	    sphere: string;
	    check: string;
	    lone: boolean;
	    tag: string;
	    only: number[];
	    whole: boolean;
	    holding: string;
	}
	export interface Export {
	    wanted: Wanted;
	    format: string;
	    title: string;
	    columns: list.Column[];
	    words: Record<string, string>;
	}
	export interface Row {
	    id: number;
	    identifierType: string;
	    identifier: string;
	    sphere: string;
	    name: string;
	    label: string;
	    town: string;
	    postcode: string;
	    email: string;
	    phone: string;
	    verdict: string;
	    closedOn: string;
	    registration: string;
	    labels: string[];
	    manager: string;
	    active: boolean;
	    managed: boolean;
	    identityOnly: boolean;
	    createdAt: number;
	}
	export interface Page {
	    rows: Row[];
	    next: string;
	}
	

}

export namespace fault {
	
	export interface Problem {
	    field: string;
	    key: string;
	    params?: Record<string, string>;
	    change?: number;
	}

}

export namespace firm {
	
	export interface Settings {
	    name: string;
	    kind: string;
	    timeZone: string;
	    language: string;
	    registry: string;
	    hasKey: boolean;
	    idleMinutes: number;
	    sample: boolean;
	    version: number;
	}
	export interface ZoneAsked {
	    timeZone: string;
	}
	export interface ZoneDay {
	    day: string;
	    begins: boolean;
	    becomes: string;
	    hour: string;
	    count: number;
	}
	export interface ZoneEffect {
	    count: number;
	    days: ZoneDay[];
	}

}

export namespace flow {
	
	export interface Candidate {
	    id: number;
	    name: string;
	    pigp: boolean;
	}
	export interface Left {
	    what: string;
	    there: boolean;
	}
	export interface Copies {
	    departments: number;
	    memberships: number;
	    grants: number;
	    ceiling: boolean;
	    labels: number;
	    manager: boolean;
	    left: Left[];
	}
	
	export interface Managed {
	    structure: number;
	    name: string;
	    identifier: string;
	    local: boolean;
	    mine: boolean;
	    manager: string;
	    candidates: Candidate[];
	}
	export interface Sample {
	    email: string;
	    passphrase: string;
	}
	export interface SetUp {
	    kind: string;
	    name: string;
	    timeZone: string;
	    language: string;
	    registry: string;
	    sireneKey: string;
	    families: string[];
	    structure?: structure.Input;
	    email: string;
	    firstName: string;
	    lastName: string;
	    passphrase: string;
	    token: string;
	}

}

export namespace grant {
	
	export interface Grant {
	    id: number;
	    profileId: number;
	    profile: string;
	    family: string;
	    options: string[];
	    structureId: number;
	    structure: string;
	    departmentId: number;
	    department: string;
	    reason: string;
	    from: number;
	    until: number;
	    state: string;
	    endable: boolean;
	    extendable: boolean;
	    selfDecided: boolean;
	}
	export interface Member {
	    userId: number;
	    name: string;
	    email: string;
	    kind: string;
	    membershipId: number;
	    departmentId: number;
	    department: string;
	    from: number;
	    until: number;
	    extendable: boolean;
	    titles: string[];
	    principal: boolean;
	}
	export interface Membership {
	    id: number;
	    structureId: number;
	    structure: string;
	    identifier: string;
	    departmentId: number;
	    department: string;
	    from: number;
	    until: number;
	    state: string;
	    endable: boolean;
	    extendable: boolean;
	}
	export interface Record {
	    memberships: Membership[];
	    grants: Grant[];
	    principals: number[];
	    hidden: number;
	}

}

export namespace insee {
	
	export interface Found {
	    siret: string;
	    verdict: string;
	    reason: string;
	    retryAfter: number;
	    source: string;
	    closedOn: string;
	    name: string;
	    sign: string;
	    address1: string;
	    address2: string;
	    address3: string;
	    postcode: string;
	    town: string;
	    country: string;
	    activity: string;
	    activityList: string;
	    activity2025: string;
	    legalCategory: string;
	    partial: boolean;
	}

}

export namespace journal {
	
	export interface Line {
	    seq: number;
	    at: number;
	    actor: string;
	    action: string;
	    objectKind: string;
	    objectId: number;
	    structureId: number;
	    structure: string;
	    personId: number;
	    person: string;
	    department: string;
	    details: Record<string, string>;
	    values: Record<string, string>;
	}
	export interface Page {
	    rows: Line[];
	    next: string;
	}
	export interface Query {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	    structure: number;
	    person: number;
	    actor: number;
	    noun: string;
	    from: string;
	    until: string;
	}

}

export namespace list {
	
	export interface Column {
	    key: string;
	    title: string;
	}
	export interface Query {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	}
	export interface Total {
	    n: number;
	    more: boolean;
	}

}

export namespace people {
	
	export interface Account {
	    id: number;
	    name: string;
	    email: string;
	}
	export interface Row {
	    id: number;
	    email: string;
	    firstName: string;
	    lastName: string;
	    kind: string;
	    signIn: string;
	    active: boolean;
	    structures: number;
	    createdAt: number;
	}
	export interface Page {
	    rows: Row[];
	    next: string;
	}
	export interface Query {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	    filter: string;
	}
	
	export interface User {
	    id: number;
	    email: string;
	    contact: string;
	    firstName: string;
	    lastName: string;
	    kind: string;
	    active: boolean;
	    signIn: string;
	    phone: string;
	    pigp: boolean;
	    language: string;
	    createdAt: number;
	    lastSignIn: number;
	    version: number;
	    editable: boolean;
	    accounts: Account[];
	}

}

export namespace place {
	
	export interface Link {
	    id: number;
	    name: string;
	}

}

export namespace platform {
	
	export interface Contract {
	    id: number;
	    platform: place.Link;
	    client: place.Link;
	    reference: string;
	    powers: string[];
	    from: string;
	    until: string;
	    current: boolean;
	    endable: boolean;
	    line: number;
	    version: number;
	}
	export interface List {
	    text: string;
	    count: number;
	}

}

export namespace profile {
	
	export interface Cell {
	    permission: string;
	    module: string;
	    acts: string;
	    value: string;
	}
	export interface Profile {
	    id: number;
	    family: string;
	    inUse: boolean;
	    key: string;
	    name: string;
	    audience: string;
	    atFirm: boolean;
	    spheres: string[];
	    fixed: boolean;
	    boxes: string[];
	    cells: Cell[];
	}

}

export namespace register {
	
	export interface Check {
	    running: boolean;
	    done: number;
	    total: number;
	    closed: number;
	    unknown: number;
	    failed: number;
	    reason: string;
	}
	export interface Difference {
	    field: string;
	    old: string;
	    new: string;
	}

}

export namespace request {
	
	export interface Person {
	    id: number;
	    name: string;
	}
	export interface Request {
	    id: number;
	    state: string;
	    subject: string;
	    beneficiary: Person;
	    requester: Person;
	    typedBy: Person;
	    approvers: Person[];
	    decidedBy: Person;
	    structureId: number;
	    structure: string;
	    departmentId: number;
	    department: string;
	    profiles: right.Choice[];
	    profileNames: string[];
	    comment: string;
	    receivedOn: string;
	    askedAt: number;
	    decidedAt: number;
	    decisionComment: string;
	    mine: boolean;
	    decidable: boolean;
	    selfDecided: boolean;
	}
	export interface Page {
	    rows: Request[];
	    next: string;
	}
	
	
	export interface Wanted {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	    tab: string;
	    structure: number;
	}

}

export namespace right {
	
	export interface Choice {
	    profile: number;
	    options: string[];
	}

}

export namespace signin {
	
	export interface Credentials {
	    email: string;
	    passphrase: string;
	    acceptClock: boolean;
	}
	export interface Invitation {
	    email: string;
	    code: string;
	    passphrase: string;
	}

}

export namespace structure {
	
	export interface Comparison {
	    found: insee.Found;
	    differences: register.Difference[];
	}
	export interface Foreign {
	    country: string;
	    name: string;
	}
	export interface Input {
	    identifierType: string;
	    identifier: string;
	    sphere: string;
	    later: boolean;
	    name: string;
	    firstName: string;
	    lastName: string;
	    label: string;
	    email: string;
	    phone: string;
	    address1: string;
	    address2: string;
	    address3: string;
	    postcode: string;
	    town: string;
	    country: string;
	    vat: string;
	    rcs: string;
	    pacage: string;
	    mandateHolder: string;
	    mandateFrom: string;
	    mandateUntil: string;
	    technicalAccount: string;
	    connections: string;
	    responsible: string;
	    responsibleId: number;
	    labels: string[];
	    edi: boolean;
	    codeRequired: boolean;
	    commitmentRequired: boolean;
	    commitmentOrCode: boolean;
	    paymentHidden: boolean;
	    moa: string;
	}
	export interface Look {
	    canonical: string;
	    formatted: string;
	    exists: boolean;
	    id: number;
	    name: string;
	    found: insee.Found;
	    platform: string;
	    known: string;
	}
	export interface Parameters {
	    edi: boolean;
	    codeRequired: boolean;
	    commitmentRequired: boolean;
	    commitmentOrCode: boolean;
	    paymentHidden: boolean;
	    moa: string;
	}
	export interface Requirement {
	    supplier: string;
	    redundant: boolean;
	}
	export interface Verified {
	    verdict: string;
	    reason: string;
	    source: string;
	    at: number;
	    closedOn: string;
	    partial: boolean;
	}
	export interface Structure {
	    id: number;
	    identifierType: string;
	    identifier: string;
	    raw: string;
	    sphere: string;
	    active: boolean;
	    identityOnly: boolean;
	    name: string;
	    firstName: string;
	    lastName: string;
	    label: string;
	    email: string;
	    phone: string;
	    address1: string;
	    address2: string;
	    address3: string;
	    postcode: string;
	    town: string;
	    country: string;
	    vat: string;
	    rcs: string;
	    pacage: string;
	    mandateHolder: string;
	    mandateFrom: string;
	    mandateUntil: string;
	    technicalAccount: string;
	    connections: string;
	    responsible: string;
	    responsibleId: number;
	    labels: string[];
	    edi: boolean;
	    codeRequired: boolean;
	    commitmentRequired: boolean;
	    commitmentOrCode: boolean;
	    paymentHidden: boolean;
	    moa: string;
	    fixed: string[];
	    supplier: string;
	    redundant: boolean;
	    address: string[];
	    phoneShown: string;
	    vatShown: string;
	    responsibleName: string;
	    vatComputed: boolean;
	    sign: string;
	    activity: string;
	    activity2025: string;
	    activityList: string;
	    legalCategory: string;
	    verified: Verified;
	    registration: string;
	    predecessor: place.Link;
	    successor: place.Link;
	    former: string[];
	    managed: boolean;
	    cancellable: boolean;
	    createdAt: number;
	    version: number;
	}
	export interface Typed {
	    identifierType: string;
	    identifier: string;
	    ask: boolean;
	}

}

export namespace view {
	
	export interface Asked {
	    user: number;
	    permission: string;
	    structure: number;
	    department: number;
	    day: string;
	}
	export interface Chain {
	    source: string;
	    id: number;
	    profile: string;
	    profileId: number;
	    reason: string;
	    givenBy: string;
	    givenAt: number;
	    unproven: boolean;
	    from: number;
	    until: number;
	    scopeName: string;
	    membershipFrom: number;
	    membershipUntil: number;
	    hasMembership: boolean;
	    box: string;
	    missing: string[];
	    endable: boolean;
	    extendable: boolean;
	    selfDecided: boolean;
	}
	export interface Column {
	    permission: string;
	    module: string;
	    acts: string;
	}
	export interface EffectLine {
	    user: number;
	    name: string;
	    permission: string;
	    place: string;
	    atFirm: boolean;
	    before: string;
	    after: string;
	    at: number;
	    acts: string;
	    hidden: boolean;
	}
	export interface Effect {
	    gained: number;
	    lost: number;
	    people: number;
	    lines: EffectLine[];
	    more: number;
	    fingerprint: string;
	}
	
	export interface Ended {
	    id: number;
	    user: number;
	    name: string;
	    profile: string;
	    place: string;
	    from: number;
	    until: number;
	    withdrawn: boolean;
	}
	export interface EndedWanted {
	    search: string;
	    order: string;
	    desc: boolean;
	    after: string;
	    profile: number;
	    structure: number;
	}
	export interface EndedExport {
	    format: string;
	    title: string;
	    columns: list.Column[];
	    words: Record<string, string>;
	    wanted: EndedWanted;
	}
	export interface EndedPage {
	    rows: Ended[];
	    next: string;
	}
	
	export interface Ending {
	    user: number;
	    name: string;
	    what: string;
	    structure: number;
	    place: string;
	    until: number;
	    membership: number;
	}
	export interface EndingPage {
	    rows: Ending[];
	    next: string;
	}
	export interface FollowUp {
	    id: number;
	    user: number;
	    name: string;
	    place: string;
	    family: string;
	    what: string;
	    profile: string;
	    comment: string;
	    from: number;
	    until: number;
	    at: number;
	    grant: number;
	    membership: number;
	    doneAt: number;
	    doneBy: string;
	    markable: boolean;
	}
	export interface Holder {
	    id: number;
	    name: string;
	    reach: string;
	    acts: string;
	    why: Chain;
	    also: number;
	}
	export interface Home {
	    structures: number;
	    people: number;
	    toVerify: number;
	    endings: Ending[];
	    endingsNext: string;
	    followUps: FollowUp[];
	    followUpsNext: string;
	    exposed?: fault.Problem;
	}
	export interface Line {
	    id: number;
	    department: number;
	    name: string;
	    titles: string[];
	    inactive: boolean;
	    cells: string[];
	}
	export interface Matrix {
	    title: string;
	    subtitle: string;
	    at: number;
	    columns: Column[];
	    lines: Line[];
	    hidden: number;
	    departments: department.Department[];
	}
	export interface Me {
	    id: number;
	    name: string;
	    email: string;
	    titles: string[];
	    permissions: string[];
	    firmWide: string[];
	    codeShownAt: number;
	    codeShownTo: string;
	}
	export interface Proof {
	    allowed: boolean;
	    reach: string;
	    userId: number;
	    user: string;
	    userActive: boolean;
	    permission: string;
	    acts: string;
	    structure: number;
	    department: number;
	    place: string;
	    at: number;
	    now: boolean;
	    chains: Chain[];
	    elsewhere: number;
	    wouldGive: string[];
	    ways: number[];
	    attached: boolean;
	    attachable: boolean;
	    givable: boolean;
	    module: string;
	}
	export interface StepPage {
	    rows: FollowUp[];
	    next: string;
	}
	export interface View {
	    structure: number;
	    department: number;
	    user: number;
	    day: string;
	}

}

