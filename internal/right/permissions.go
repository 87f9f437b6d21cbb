package right

// Permission is one right that a profile can contain: module.action. Its number is its place in the table below and lives in memory
// only; files and wires carry its name.
type Permission uint8

// The permissions. What each means stands in the locale files under permission.<name>.
const (
	FirmAdmin Permission = iota
	JournalView
	BackupRun
	UserCreateInternal
	ProfileEdit
	SiteManage
	MassDeploy
	StructureView
	StructureCreate
	StructureEdit
	StructureActivate
	PrincipalTransfer
	DepartmentView
	DepartmentEdit
	BankView
	BankReveal
	BankEdit
	BankApprove
	AttachmentView
	AttachmentEdit
	UserView
	UserExport
	UserCreateExternal
	UserEdit
	UserRemove
	MembershipEdit
	GrantEdit
	RequestDecide
	DocumentDeposit
	DocumentView
	DocumentProcess
	DocumentSend
	DocumentApprove
	ArchiveView
	HistoryView
	SendHistoryView
	FiguresView
	PaymentUse
	FinancialView
	ExpenseCreate
	ExpenseManage
	AccountingEnter
	ChartEdit
	AutomationEdit
	InvoicePublish
	IntegrationEdit
	BankfeedEdit
	CommerceEdit
	StatementDeposit
	InvoiceIssuedView
	InvoiceIssuedEdit
	InvoiceReceivedView
	InvoiceReceivedEdit
	InvoiceValidationView
	InvoiceValidationEdit
	WorksInvoiceView
	WorksInvoiceEdit
	CourtFeeView
	CourtFeeEdit
	TaxRefundView
	TaxRefundEdit
	CommitmentView
	CommitmentEdit
	RequestSentView
	RequestSentEdit
	RequestReceivedView
	RequestReceivedEdit
	FlowView
	FlowEdit
	ConnectionView
	ConnectionEdit
	AssignmentCertificateView
	AssignmentCertificateEdit
	PermissionCount
)

// none marks the absence of a permission, where a Permission is asked for.
const none = Permission(255)

// Inactive says whether a permission works on an inactive structure or department.
type inactive uint8

const (
	stops    inactive = iota // not at all
	goesOn                   // as on an active one
	endsOnly                 // only to end a row
)

// asked says at which scopes a permission is asked.
type asked uint8

const (
	atScope  asked = iota // on a structure or department, or the firm
	atFirm                // at the firm, never below
	anywhere              // on any scope: some grant in force suffices
)

type facts struct {
	name     string
	module   string // the unit of the ceiling
	enforced bool   // Habilis itself applies it; the others act in a portal
	inactive inactive
	asked    asked
}

var table = [PermissionCount]facts{
	FirmAdmin:                 {"firm.admin", "firm", true, stops, atFirm},
	JournalView:               {"journal.view", "firm", true, goesOn, atScope},
	BackupRun:                 {"backup.run", "firm", true, stops, atFirm},
	UserCreateInternal:        {"user.create_internal", "firm", true, stops, atFirm},
	ProfileEdit:               {"profile.edit", "firm", true, stops, atFirm},
	SiteManage:                {"site.manage", "firm", true, stops, atFirm},
	MassDeploy:                {"mass.deploy", "firm", false, stops, atFirm},
	StructureView:             {"structure.view", "structure", true, goesOn, atScope},
	StructureCreate:           {"structure.create", "structure", true, stops, anywhere},
	StructureEdit:             {"structure.edit", "structure", true, stops, atScope},
	StructureActivate:         {"structure.activate", "structure", true, goesOn, atScope},
	PrincipalTransfer:         {"principal.transfer", "structure", true, goesOn, atScope},
	DepartmentView:            {"department.view", "department", true, goesOn, atScope},
	DepartmentEdit:            {"department.edit", "department", true, stops, atScope},
	BankView:                  {"bank.view", "bank", true, goesOn, atScope},
	BankReveal:                {"bank.reveal", "bank", true, stops, atScope},
	BankEdit:                  {"bank.edit", "bank", true, stops, atScope},
	BankApprove:               {"bank.approve", "bank", true, stops, atScope},
	AttachmentView:            {"attachment.view", "attachment", true, goesOn, atScope},
	AttachmentEdit:            {"attachment.edit", "attachment", true, stops, atScope},
	UserView:                  {"user.view", "people", true, goesOn, atScope},
	UserExport:                {"user.export", "people", true, goesOn, atScope},
	UserCreateExternal:        {"user.create_external", "people", true, stops, anywhere},
	UserEdit:                  {"user.edit", "people", true, stops, atScope},
	UserRemove:                {"user.remove", "people", true, stops, atScope},
	MembershipEdit:            {"membership.edit", "people", true, endsOnly, atScope},
	GrantEdit:                 {"grant.edit", "people", true, endsOnly, atScope},
	RequestDecide:             {"request.decide", "people", true, stops, atScope},
	DocumentDeposit:           {"document.deposit", "documents", true, stops, atScope},
	DocumentView:              {"document.view", "documents", true, goesOn, atScope},
	DocumentProcess:           {"document.process", "documents", true, stops, atScope},
	DocumentSend:              {"document.send", "documents", true, stops, atScope},
	DocumentApprove:           {"document.approve", "documents", true, stops, atScope},
	ArchiveView:               {"archive.view", "archive", true, goesOn, atScope},
	HistoryView:               {"history.view", "documents", true, goesOn, atScope},
	SendHistoryView:           {"send_history.view", "documents", true, goesOn, atScope},
	FiguresView:               {"figures.view", "figures", false, goesOn, atScope},
	PaymentUse:                {"payment.use", "payments", false, stops, atScope},
	FinancialView:             {"financial.view", "payments", false, goesOn, atScope},
	ExpenseCreate:             {"expense.create", "expenses", true, stops, atScope},
	ExpenseManage:             {"expense.manage", "expenses", true, stops, atScope},
	AccountingEnter:           {"accounting.enter", "accounting", false, stops, atScope},
	ChartEdit:                 {"chart.edit", "accounting", false, stops, atScope},
	AutomationEdit:            {"automation.edit", "accounting", false, stops, atScope},
	InvoicePublish:            {"invoice.publish", "accounting", false, stops, atScope},
	IntegrationEdit:           {"integration.edit", "connections", false, stops, atScope},
	BankfeedEdit:              {"bankfeed.edit", "connections", false, stops, atScope},
	CommerceEdit:              {"commerce.edit", "connections", false, stops, atScope},
	StatementDeposit:          {"statement.deposit", "connections", false, stops, atScope},
	InvoiceIssuedView:         {"invoice_issued.view", "public_invoicing", false, goesOn, atScope},
	InvoiceIssuedEdit:         {"invoice_issued.edit", "public_invoicing", false, stops, atScope},
	InvoiceReceivedView:       {"invoice_received.view", "public_invoicing", false, goesOn, atScope},
	InvoiceReceivedEdit:       {"invoice_received.edit", "public_invoicing", false, stops, atScope},
	InvoiceValidationView:     {"invoice_validation.view", "public_invoicing", false, goesOn, atScope},
	InvoiceValidationEdit:     {"invoice_validation.edit", "public_invoicing", false, stops, atScope},
	WorksInvoiceView:          {"works_invoice.view", "public_invoicing", false, goesOn, atScope},
	WorksInvoiceEdit:          {"works_invoice.edit", "public_invoicing", false, stops, atScope},
	CourtFeeView:              {"court_fee.view", "public_invoicing", false, goesOn, atScope},
	CourtFeeEdit:              {"court_fee.edit", "public_invoicing", false, stops, atScope},
	TaxRefundView:             {"tax_refund.view", "public_invoicing", false, goesOn, atScope},
	TaxRefundEdit:             {"tax_refund.edit", "public_invoicing", false, stops, atScope},
	CommitmentView:            {"commitment.view", "public_invoicing", false, goesOn, atScope},
	CommitmentEdit:            {"commitment.edit", "public_invoicing", false, stops, atScope},
	RequestSentView:           {"request_sent.view", "public_invoicing", false, goesOn, atScope},
	RequestSentEdit:           {"request_sent.edit", "public_invoicing", false, stops, atScope},
	RequestReceivedView:       {"request_received.view", "public_invoicing", false, goesOn, atScope},
	RequestReceivedEdit:       {"request_received.edit", "public_invoicing", false, stops, atScope},
	FlowView:                  {"flow.view", "public_invoicing", false, goesOn, atScope},
	FlowEdit:                  {"flow.edit", "public_invoicing", false, stops, atScope},
	ConnectionView:            {"connection.view", "public_invoicing", false, goesOn, atScope},
	ConnectionEdit:            {"connection.edit", "public_invoicing", false, stops, atScope},
	AssignmentCertificateView: {"assignment_certificate.view", "public_invoicing", false, goesOn, atScope},
	AssignmentCertificateEdit: {"assignment_certificate.edit", "public_invoicing", false, stops, atScope},
}
