// The published service models as data: which request is which operation, and what its input must look like.

export interface ShapeModel {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly payload?: string;
  readonly sensitive?: boolean;
}

export interface MemberModel {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
}

export interface OperationModel {
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly input?: string;
}

export interface ServiceModel {
  readonly targetPrefix?: string;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

/** Reads a compiled model; the file is written by compile-models.ts. */
export function asServiceModel(json: unknown): ServiceModel {
  return json as ServiceModel; // our own build output, checked against its source by a unit test
}
