`timescale 1 ps/1 ps

// Two full rounds, a rest at 59, a reset between the edges and in the middle, then random enables for
// long enough to wrap often.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_tens;
        int errortime_tens;
        int errors_ones;
        int errortime_ones;
        int errors_carry;
        int errortime_carry;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic resetn;
    logic enable;
    logic [3:0] tens_ref;
    logic [3:0] tens_dut;
    logic [3:0] ones_ref;
    logic [3:0] ones_dut;
    logic carry_ref;
    logic carry_dut;

    RefModule good1 (
        .clk(clk),
        .resetn(resetn),
        .enable(enable),
        .tens(tens_ref),
        .ones(ones_ref),
        .carry(carry_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .resetn(resetn),
        .enable(enable),
        .tens(tens_dut),
        .ones(ones_dut),
        .carry(carry_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 48849;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        resetn = 0; enable = 1;
        repeat (2) @(negedge clk);
        resetn = 1;
        repeat (130) @(negedge clk);
        resetn = 0;
        #3 resetn = 1;
        repeat (59) @(negedge clk);
        enable = 0;
        repeat (3) @(negedge clk);
        // The carry follows enable in the middle of a cycle.
        @(posedge clk) #1 enable = 1;
        #2 enable = 0;
        @(negedge clk) enable = 1;
        repeat (37) @(negedge clk);
        resetn = 0;
        repeat (2) @(negedge clk);
        resetn = 1;
        repeat (4000) @(negedge clk) begin
            enable = pick(4) != 0;
            resetn = pick(300) != 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {tens_ref, ones_ref, carry_ref} === ({tens_ref, ones_ref, carry_ref} ^ {tens_dut, ones_dut, carry_dut} ^ {tens_ref, ones_ref, carry_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (tens_ref !== (tens_ref ^ tens_dut ^ tens_ref)) begin
            if (stats1.errors_tens == 0) stats1.errortime_tens = $time;
            stats1.errors_tens++;
        end
        if (ones_ref !== (ones_ref ^ ones_dut ^ ones_ref)) begin
            if (stats1.errors_ones == 0) stats1.errortime_ones = $time;
            stats1.errors_ones++;
        end
        if (carry_ref !== (carry_ref ^ carry_dut ^ carry_ref)) begin
            if (stats1.errors_carry == 0) stats1.errortime_carry = $time;
            stats1.errors_carry++;
        end
    end

    final begin
        if (stats1.errors_tens) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "tens", stats1.errors_tens, stats1.errortime_tens);
        else $display("Hint: Output '%s' has no mismatches.", "tens");
        if (stats1.errors_ones) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "ones", stats1.errors_ones, stats1.errortime_ones);
        else $display("Hint: Output '%s' has no mismatches.", "ones");
        if (stats1.errors_carry) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "carry", stats1.errors_carry, stats1.errortime_carry);
        else $display("Hint: Output '%s' has no mismatches.", "carry");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
