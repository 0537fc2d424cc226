import { catalog } from '../../shared/catalog.ts';

const en = {
  members: 'Members',
  companies: 'Companies',
  tabs: 'Pages of this customer',
  tabOverview: 'Overview',
  tabCredits: 'Credits',
  tabPayments: 'Payments',
  tabPlan: 'Plan',
  tabInvoices: 'Invoices',
  tabBilling: 'Billing',
  tabPermissions: 'Who may pay',
  about: 'About',
  kind: 'Kind',
  kindIndividual: 'Person',
  kindCompany: 'Company',
  name: 'Name',
  email: 'E-mail address',
  status: 'Status',
  company: 'Company',
  roleManager: 'Manager',
  roleMember: 'Member',
  columnRole: 'Role',
  people: 'People',
  nobodyTitle: 'Nobody belongs to this company yet',
  nobody: 'Its managers buy and see its credits; its members use them where a manager allows it.',
  since: 'Since',
  data: 'Personal data',
  dataLead: ({ name }: { name: string }) => `A copy of what is kept about ${name}, and forgetting them.`,
  companySave: 'Save company',
};

/** What the pages about one customer say. */
export const profileMessages = catalog({ en });
