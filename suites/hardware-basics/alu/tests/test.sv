`timescale 1 ps/1 ps

// Every operation on all pairs of boundary values, then on random ones, a third of them with a equal
// to b.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_y;
        int errortime_y;
        int errors_zero;
        int errortime_zero;
        int errors_carry;
        int errortime_carry;
        int errors_overflow;
        int errortime_overflow;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic [2:0] op;
    logic [7:0] a;
    logic [7:0] b;
    logic [7:0] y_ref;
    logic [7:0] y_dut;
    logic zero_ref;
    logic zero_dut;
    logic carry_ref;
    logic carry_dut;
    logic overflow_ref;
    logic overflow_dut;

    RefModule good1 (
        .op(op),
        .a(a),
        .b(b),
        .y(y_ref),
        .zero(zero_ref),
        .carry(carry_ref),
        .overflow(overflow_ref)
    );

    TopModule top_module1 (
        .op(op),
        .a(a),
        .b(b),
        .y(y_dut),
        .zero(zero_dut),
        .carry(carry_dut),
        .overflow(overflow_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 49918;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    logic [7:0] edges [0:6];
    initial begin
        edges[0] = 8'h00; edges[1] = 8'h01; edges[2] = 8'hff; edges[3] = 8'h7f;
        edges[4] = 8'h80; edges[5] = 8'haa; edges[6] = 8'h55;
        for (int k = 0; k < 8; k++)
            for (int i = 0; i < 7; i++)
                for (int j = 0; j < 7; j++) begin
                    op = k; a = edges[i]; b = edges[j];
                    @(negedge clk);
                end
        repeat (2000) begin
            {op, a, b} = $random(seed);
            if (pick(3) == 0) b = a;
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {y_ref, zero_ref, carry_ref, overflow_ref} === ({y_ref, zero_ref, carry_ref, overflow_ref} ^ {y_dut, zero_dut, carry_dut, overflow_dut} ^ {y_ref, zero_ref, carry_ref, overflow_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (y_ref !== (y_ref ^ y_dut ^ y_ref)) begin
            if (stats1.errors_y == 0) stats1.errortime_y = $time;
            stats1.errors_y++;
        end
        if (zero_ref !== (zero_ref ^ zero_dut ^ zero_ref)) begin
            if (stats1.errors_zero == 0) stats1.errortime_zero = $time;
            stats1.errors_zero++;
        end
        if (carry_ref !== (carry_ref ^ carry_dut ^ carry_ref)) begin
            if (stats1.errors_carry == 0) stats1.errortime_carry = $time;
            stats1.errors_carry++;
        end
        if (overflow_ref !== (overflow_ref ^ overflow_dut ^ overflow_ref)) begin
            if (stats1.errors_overflow == 0) stats1.errortime_overflow = $time;
            stats1.errors_overflow++;
        end
    end

    final begin
        if (stats1.errors_y) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "y", stats1.errors_y, stats1.errortime_y);
        else $display("Hint: Output '%s' has no mismatches.", "y");
        if (stats1.errors_zero) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "zero", stats1.errors_zero, stats1.errortime_zero);
        else $display("Hint: Output '%s' has no mismatches.", "zero");
        if (stats1.errors_carry) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "carry", stats1.errors_carry, stats1.errortime_carry);
        else $display("Hint: Output '%s' has no mismatches.", "carry");
        if (stats1.errors_overflow) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "overflow", stats1.errors_overflow, stats1.errortime_overflow);
        else $display("Hint: Output '%s' has no mismatches.", "overflow");
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
