/** Where in a campaign file something is wrong, by keys and indices from the top. */
export type CampaignPath = readonly (string | number)[];

/** Something wrong with a campaign's definition. Whoever read the file turns the path into a line and a column. */
export class CampaignProblem extends Error {
  readonly path: CampaignPath;
  /** `key` where the path's last step itself is at fault, not what stands behind it. */
  readonly at: 'key' | 'value';

  constructor(path: CampaignPath, message: string, at: 'key' | 'value' = 'value') {
    super(message);
    this.name = 'CampaignProblem';
    this.path = path;
    this.at = at;
  }
}
