export { renderRunReport, type RunReportInput } from './run/render-run-report.ts';
