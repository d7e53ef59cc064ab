export { renderRunReport, type RunReportInput } from './run/render-run-report.ts';
export { comparisonTable } from './comparison/comparison-table.ts';
export { renderComparison, type ComparisonInput } from './comparison/render-comparison.ts';
export type { ComparisonEntry } from './comparison/comparison-figures.ts';
export { renderCampaign, type CampaignPageOptions } from './campaign/render-campaign.ts';
